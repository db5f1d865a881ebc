# made for this corpus
Creator "hand"
graph [
  directed 0
  Network "R&amp;D"
  node [ id 0 label "Caf&#xe9;" Latitude -33.8 Longitude 1.512e2 Internal 1 graphics [ x 1.5 y -2E-1 fill [ c "#fff" ] ] ]
  node [ id 1 label "None" hyperedge 1 ]
  node [ id 7 label "None" type "two
lines" ]
  node [ id 9 ]
  edge [ source 0 target 1 LinkSpeedRaw 2500000000.0 LinkSpeed "2.5" LinkSpeedUnits "G" LinkLabel "< 10 &source=x" ]
  edge [ source 1 target 7 LinkSpeed "155" LinkSpeedUnits "M" label "up" ]
  edge [ source 7 target 1 id "e3" ]
  edge [ source 9 target 9 ]
]
