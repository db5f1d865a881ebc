#include "cue_table.h"

#include "base/macro.h"

const struct cp_cue_entry cp_cue_entries[] = {
    {.maker = "cisco",
     .products = "catalyst|nexus|firepower|airespace|cat6000|meraki|sf300|sg300|sf200|sg200|"
                 "sg500|sg350|sg550|sf302|sg250|cbs350|cbs250|cbs220|starent|ucs|apic|"
                 "linksys one|telepresence|ironport|pix firewall|wide area application services",
     .families =
         "wsc2|wsc3|wsc4|wsc5|wsc6|wsc8|c92002|c92004|c92008|c9200l|c9200cx|c93002|c93004|c9300l|c9300x|c9300lm|c9404|c9407|c9410|c95001|c95002|c95003|c95004|c9500h|c9500x|c9606|c98004|c98008|c9800l|c9800cl|n9kc|n7kc|n5kc|"
         "n3kc|n2kc|asr9|asr1|asr900|ncs55|ncs54|ncs56|ncs50|ncs10|ncs20|ncs40|ciscoasr|"
         "air ap|airct|airlap|aircap|airsap|isr4|ciscoisr|ie3000|ie4000|ie2000|"
         "cisco28|cisco29|cisco38|cisco39|cisco18|cisco19|cisco26|cisco36|cisco72|cisco76|"
         "ucsc|ucsb|ucsfi|esw5|srp5|wap371|wap321|wap551|wap561|sg350x|sg550x|sf350|sf550x",
     .software =
         "cisco ios|ios xe software|ios xr software|nx os|catalyst operating system|"
         "adaptive security appliance|san os|aireos|catos|wide area application services software|"
         "cisco ios xr|cisco nx os|cisco ios xe|ios tm|iosxe|iosxr|nxos|cisco systems internetwork operating system",
     .images = "csr1000v|isrv|asav|ftdv|n9000v|nexus 1000v|vwlc|catalyst 8000v|c8000v|xrv9000|"
               "xrv9k|ios xrv|vwaas|vedge cloud|nexus9000v"},
    {.maker = "juniper",
     .products = "ssg5|ssg20|ssg140|ssg320|ssg350|ssg520|ssg550|netscreen|peribit|"
                 "wxc500|wxc1800|qfabric|contrail",
     .families = "srx3|srx2|srx1|srx5|srx4|srx6|mx80|mx104|mx204|mx240|mx480|mx960|mx2010|mx2020|"
                 "mx10003|mx10004|mx10008|mx10016|qfx35|qfx51|qfx52|qfx10|ex2200|ex2300|ex3200|"
                 "ex3300|ex3400|ex4200|ex4300|ex4400|ex4500|ex4550|ex4600|ex4650|ex8208|ex8216|"
                 "ex9204|ex9208|ex9214|ptx10|ptx3000|ptx5000|acx5|acx1|acx2|acx6|acx7|"
                 "jnp1|isg1000|isg2000|ns5gt|ns5xt|ns204|ns208|ns50",
     .software = "junos|junose|screenos|jwos",
     .images = "vmx|vsrx|vqfx|vptx|vrr|cjunosevolved|vjunos|crpd|csrx"},
    {.maker = "hpe",
     .products =
         "procurve|officeconnect|proliant|bladesystem|flexfabric|storeonce|msa2040|nimble|3par|"
         "virtual connect|synergy|moonshot|integrated lights out|gbe2c|laserjet|officejet|"
         "jetdirect|designjet|pagewide|color laserjet|storeworks|hpvc",
     .families =
         "procurve|proliant|laserjet|hpj9|hpj8|hpj4|hpe5|hp5|hp1910|hp1810|hp1920|hp2530|hp2920|hp2620"},
    {.maker = "aruba",
     .products = "instant on|airwave|clearpass",
     .families = "instanton|apin|iap1|iap2|iap3|rap1|rap3",
     .software = "arubaos|arubaos cx|aos cx",
     .images = "vmc tacoma"},
    {.maker = "h3c",
     .families = "h3cs|h3cmsr|h3csr|h3cwx|secpath|h3cf1",
     .products = "secblade|secpath",
     .anywhere = "comware|comware platform software|comware software"},
    {.maker = "3com",
     .products = "superstack|officeconnect 3com|baseline switch|lanplex|corebuilder|superstack3|"
                 "superstack ii|switch 4210g|switch 4500g|switch 4800g|switch 5500g ei|switch 7750",
     .families = "superstack|corebuilder"},
    {.maker = "nokia",
     .products =
         "1830 pss|1830 psd|nokia 1830|7750 sr|7450 ess|7705 sar|7210 sas|7250 ixr|7220 ixr|7950 xrs|7360 isam|"
         "7330 isam|7302 isam|isam|1660sm|1678mcc|9500 mpr|wavelite|flexi multiradio|airscale|"
         "speed touch isam|omniaccess wireless sr|stinger|psax|lightspan",
     .families = "timos|7750sr|7210sas|7705sar|7250ixr|7450ess|7360isam|nokia1830",
     .software = "timos|sr linux|srlinux|sros",
     .images = "vsr sim|vsim"},
    {.maker = "arista",
     .families = "dcs7|dcs70|dcs71|dcs72|dcs73|dcs75|ccs7",
     .software = "arista networks eos|arista eos|metamako|exalink",
     .products = "exalink fusion",
     .images = "veos|ceos|ceoslab|veoslab|veos lab"},
    {.maker = "ericsson",
     .products = "smartedge|minilink|mini link|redback|router 6000|router 6672|router 6471|"
                 "router 6675|router 6673|router 6274|router 6371|marconi|seos|axd",
     .families = "minilink|smartedge|r6k",
     .software = "seos|ericsson ipos|ericsson ios"},
    {.maker = "extreme",
     .first = "summit",
     .products = "blackdiamond|alpine 3800|securestack|matrix n|extremeswitching|slx9|"
                 "enterasys|aerohive|hiveap|extremexos|virtual services platform|matrix e1|"
                 "summit x",
     .families = "summitx|summit4|summit5|summit2|summit3|hiveap|vsp4|vsp7|vsp8|x440g|x450g|x460g|"
                 "slx9|slx9850",
     .software = "extremexos|extremeware|hiveos|slx os|exos|fabric engine|switch engine|voss"},
    {.maker = "brocade",
     .products = "fastiron|serveriron|netiron|bigiron|edgeiron|turboiron|silkworm|brocade vdx",
     .families = "brvdx|vdx67|vdx87|fastiron|netiron|bigiron|silkworm|fesx|fwsx|fgs6|fls6|icx6",
     .software = "fabric os|ironware|network operating system software"},
    {.maker = "ruckus",
     .products = "zonedirector|zoneflex|smartzone|unleashed",
     .families = "zoneflex|zd1|zd3|zd5|icx7|scg200"},
    {.maker = "huawei",
     .products = "airengine|netengine|cloudengine|optix|quidway|smartax|optixtrans|oceanstor|"
                 "fusionserver|idshuawei|sun2000|tp48|imanager|smartlogger|eudemon|ma5800|ma5600|"
                 "huawei integrated access software|integrated access software",
     .families =
         "airengine|netengine|cloudengine|quidway|smartax|optix|oceanstor|ne40|ne80|ne20e|"
         "ne5000|ne8000|ma56|ma58|ma5|cx600|atn9|eudemon|usg63|usg65|usg66|usg67|usg95|usg55|s5720|s2700|s2750|s3700|s5700|"
         "s6700|s6720|s6730|s5730|s5731|s5732|s5735|s7700|s7703|s7706|s9700|s9300|s12700|s127|"
         "ce128|ce68|ce58|ce78|ce88|ce98|ce168|ar22|ar32|ar16|ar12|ar6120|ar6121|ar6140|"
         "ar161|ar169|ar651|ac6605|ac6005|ac6508|ac6800|eg8|hg8|hg6|echolife|rtn9|rtn3|"
         "ups2000|ups5000|smu02|smu11|etp48|e3372|b593|fusion",
     .software = "versatile routing platform|vrp r|vrp software|vrp|yunshan|imaster nce|imaster"},
    {.maker = "zte",
     .products =
         "zxr10|zxa10|zxdsl|zxone|zxctn|zxhn|zxmp|zxan|zxwr|zxmw|netnumen|zte access node agent|zxros|zxsdr|zxcme|zxv10",
     .families =
         "zxr10|zxa10|zxdsl|zxone|zxctn|zxhn|zxmp|zxan|zxwr|zxmw|zxms|zxd|zxp|zxv|zxsdr|zxun|zxic|zxdu",
     .software = "zxros|rosng"},
    {.maker = "hikvision",
     .families =
         "ds2cd|ds2td|ds2de|ds2df|ds2ae|ds2ce|ds3e|ds7|ds8|ds9|ds6|dsk1|dsk2|dskh|ids2|ids7|ids9|hikvision|hik",
     .products = "hiwatch|hilook"},
    {.maker = "dahua",
     .families =
         "dhipc|dhnvr|dhsd|dhpfs|dhixvr|dhxvr|ipchf|ipchdw|ipchdbw|ipchfw|dhi|dahua|xvr5|xvr4|xvr7",
     .products = "dahuasecurity"},
    {.maker = "hytera", .families = "hytera|rd98|rd96|ds6210|ds6211|pd78|hr106"},
    {.maker = "fiberhome", .families = "an5516|an5506|an5006|an6000|an6001|citrans|fonst|ibas"},
    {.maker = "uniview", .families = "nvr301|nvr302|ipc32|ipc36|uniview"},
    {.maker = "fortinet",
     .families =
         "fortigate|fortiwifi|fortiswitch|fortimail|fortiweb|fortianalyzer|fortimanager|fortisandbox|"
         "fortivoice|fortiauthenticator|fortiap|fortiadc|fortiddos|fortiextender|fortiproxy|fortinac|"
         "fortiwlc|fortisiem|forticache|fortitester|fortios|fortinet|fgt|fwf|fgr",
     .software = "fortios"},
    {.maker = "palo-alto",
     .families = "pa200|pa220|pa3|pa4|pa5|pa7|pa8",
     .software = "pan os|panos",
     .products = "globalprotect|panorama",
     .images = "pavm|vm series"},
    {.maker = "check-point",
     .products = "check point",
     .families = "smart1|cpx86",
     .software = "gaia embedded|secureplatform"},
    {.maker = "f5",
     .products = "big ip|bigip|viprion",
     .software = "tmos",
     .families = "bigip",
     .images = "big ip virtual edition"},
    {.maker = "a10",
     .products = "thunder series|ax series|ax series advanced traffic manager",
     .families = "axthunder",
     .software = "acos",
     .images = "axvthunder|vthunder"},
    {.maker = "sonicwall", .families = "sonicwall|sonicos", .software = "sonicos|sonicos enhanced"},
    {.maker = "watchguard",
     .products = "firebox|fireware|xtm",
     .families = "firebox|xtm5|xtm8|xtm2|xtm3"},
    {.maker = "barracuda", .families = "barracuda"},
    {.maker = "sophos",
     .products = "sophos xg|sophos utm|sophos xgs",
     .software = "sfos|astaro security"},
    {.maker = "riverbed",
     .products = "steelhead|steelcentral|steelconnect|interceptor riverbed",
     .software = "rios"},
    {.maker = "citrix", .products = "netscaler|netscaler gateway|cloudbridge|netscaler sdx"},
    {.maker = "radware",
     .products = "defensepro|alteon|linkproof|appdirector|appxcel|appsolute",
     .families = "alteon|defensepro|linkproof|appdirector",
     .software = "alteonos|apsolute os"},
    {.maker = "symantec",
     .products = "packetshaper|proxysg|bluecoat|blue coat|director 510|packetshaper packetwise",
     .families = "packetshaper|sg210|sg510|sg810",
     .software = "sgos|packetwise"},
    {.maker = "mikrotik",
     .products = "routerboard|cap ac|hap ac|hap lite|haplite|hex s",
     .families =
         "crs1|crs2|crs3|crs5|ccr1|ccr2|rb4|rb7|rb9|rb1|rb2|rb3|rb5|rb6|rb8|rbm|rbd|rbsxt|rblhg|rbomni|rbgroove|rbwap|rbcap|css1|css3|css6|rbl|rbdyna|rbmap|"
         "rb941|rb951|rb2011|rb3011|rb4011|rb5009|routerboard|cube|ltap|sxtsq|lhgxl|netbox5|netmetal|qrt",
     .software = "swos",
     .anywhere = "routeros",
     .images = "routeros x86|chr|routeros chr|routeros cloud hosted router"},
    {.maker = "ubiquiti",
     .products =
         "edgerouter|edgeswitch|unifi|usw flex|usw lite|usw pro|usw enterprise|usw aggregation|usw ultra|usw mini|airfiber|airmax|nanostation|nanobeam|powerbeam|litebeam|ufiber|uisp|"
         "nanobridge|rocket m5|bullet m2|picostation|airgrid|toughswitch|edgepoint|usg pro|uap ac|udm pro",
     .families =
         "edgeswitch|edgerouter|edgeos|unifi|nanostation|powerbeam|litebeam|nanobeam|airfiber|ufiber|uisp|usw|uap|usgpro|airos|edgepoint|af24|af5|af11|"
         "edgemax",
     .software = "airos|edgeos|unifi os"},
    {.maker = "teltonika",
     .families = "rut2|rut9|rut3|rutx|rut5|rut7|rutm|trb1|trb2|trb5|tsw2|tsw1|teltonika",
     .software = "rutos"},
    {.maker = "peplink", .products = "pepwave|peplink|speedfusion", .families = "pepwave|peplink"},
    {.maker = "firebrick",
     .families = "fb9000|fb9001|fb6000|fb2900|fb2700|fb2500|fb105",
     .products = "fb6202|fb6402"},
    {.maker = "eltex",
     .families =
         "mes1|mes2|mes3|mes5|mes7|ltp4|ltp8|ltp16|esr10|esr20|esr100|esr200|esr1|esr12|lte2|lte8|tau8|tau16|tau24|tau32|tau72|smg1|smg2|smg4|smg500|wep2|wep3|nte rg",
     .products = "mes"},
    {.maker = "moxa",
     .families =
         "edsg|eds4|eds5|eds6|eds7|eds8|eds2|eds3|edsp|iks|icsg|nport|mgate|awk1|awk3|awk4|moxa|edr8|edrg|pt77|pt75",
     .products = "eds switch"},
    {.maker = "hirschmann",
     .products = "hirschmann|mach4000|railswitch|octopus|spider|greyhound|mice",
     .families =
         "rs20|rs30|rs40|rsp20|rsp25|rsp35|ms20|ms30|mach10|mach4|grs10|brs40|brs50|mar10|rsr|eagle20|eagle30|hios",
     .software = "hios|hirschmann railswitch"},
    {.maker = "westermo",
     .families = "lynx|redfox|viper|wolverine|dagger|merlin|weos",
     .software = "weos"},
    {.maker = "siemens",
     .products = "ruggedcom|scalance|simatic",
     .families = "ruggedcom|scalance|simatic|rsg2|rs900|rx15",
     .software = "rugged operating system|rox ii"},
    {.maker = "zyxel",
     .families =
         "zywall|usg flex|gs1900|gs1920|gs2200|gs2210|xgs1|xgs2|xgs3|xgs4|xs19|xs37|ies1|ies5|ies6|es2|es3|nwa1|nwa3|nwa5|prestige|nbg|vmg|aam12|gs40|nxc|zynos|mgs3|mes3500|vsg1",
     .products = "zywall|prestige|zyair|zyxel",
     .software = "zynos"},
    {.maker = "d-link",
     .families =
         "dgs1|dgs3|des1|des3|dxs1|dxs3|dws3|dws4|dap1|dap2|dap3|dwl2|dwl3|dwl6|dwl8|dir6|dir8|dsr|dfl|dhs3|dpr|dcs9|dsl2",
     .products = "air dap|nuclias"},
    {.maker = "tp-link",
     .families =
         "tlsg|tlsl|tlwa|tlwr|tlr|tler|eap1|eap2|eap6|t1600g|t1500|t2600g|t3700g|t2500|t1700|omada|jetstream|archer",
     .products = "jetstream|omada"},
    {.maker = "netgear",
     .products = "prosafe|readynas|prosafe plus|readydata|orbi",
     .families =
         "gsm7|fsm7|xsm7|m4100|m4300|m4200|m4250|m4500|m5300|m6100|s3300|gs724|gs748|gs308|gs310|gs316|gs324|gs418|gs510|gs728|gs752|wndap|wnap|wndr|wac5|wac7|jgs|jfs|readynas"},
    {.maker = "linksys",
     .families = "srw2|srw20|slm2|srw22|srw24|lgs3|lgs5|lapac|lapn|wrt54|wrt1",
     .products = "linksys"},
    {.maker = "draytek",
     .products = "vigor|draytek",
     .families = "vigor|vigorap|vigorswitch|drayos"},
    {.maker = "asus", .families = "rtn66|rtac|rtax|asuswrt"},
    {.maker = "trendnet", .families = "teg|tpe|tew|ti pg|tipg|ti g"},
    {.maker = "planet",
     .families = "gs4210|gs5220|gsd|sgs6|sgsw|igs|wgsw|wgs4|fgsw|ifgs|mgsw|nvr planet|xgsw|gsw"},
    {.maker = "edimax", .families = "gs5|br6"},
    {.maker = "calix",
     .families = "e7|gigacenter|gigaspire|gigapoint|716ge|844g|axos|occam|blc6",
     .products = "calix|occam networks",
     .software = "axos|occamos"},
    {.maker = "dzs",
     .families = "mxk|raptor|malc|zhone|znid",
     .products = "zhone|malc|zhone mxk|paradyne",
     .software = "slms"},
    {.maker = "dasan",
     .families = "v58|v56|v55|v52|v27|v21|v63|v65|v82|v89|hid66|h640|h660",
     .products = "surpass hid6615|dasan"},
    {.maker = "raisecom",
     .families = "iscom|rax7|raisecom|roap|msg1",
     .software = "roap|ros raisecom"},
    {.maker = "v-sol", .families = "v1600|v2801|v2802|v1600d|v1600g"},
    {.maker = "icotera", .families = "i4850|i5800|i6800|icotera"},
    {.maker = "keymile", .products = "milegate|keymile", .families = "milegate|koam"},
    {.maker = "ale",
     .products = "omniswitch|omniaccess|omnistack|omnipcx|omnivista|oxo connect|stellar",
     .families = "os62|os63|os64|os65|os66|os68|os69|os99|os9700|omniswitch|omnistack|oawap",
     .software = "alcatel lucent operating system|aos alcatel"},
    {.maker = "rad",
     .products = "airmux|megaplex|ipmux|etx|ferrule",
     .families = "etx1|etx2|etx5|mp4100|ipmux|megaplex|airmux|secflow|asmi5|egate"},
    {.maker = "telco-systems",
     .families = "tmarc|binos|binox|t5c|t metro|tmetro",
     .products = "t marc|t metro",
     .software = "binos|binox"},
    {.maker = "patton",
     .products = "smartnode|trinity patton",
     .families = "sn4|sn5|sn10|smartnode"},
    {.maker = "transition-networks", .families = "ion219|s2220|sm24|ionplatform"},
    {.maker = "lantronix",
     .families =
         "uds1|uds2|xport|slc8|slc16|slc32|slc48|slc80|slb8|eds1100|emg85|emg75|wiport|lantronix"},
    {.maker = "perle",
     .families = "iolan|scs|mcrmgt|idss",
     .products = "iolan|mcr mgt|jetstream perle|perle mcr"},
    {.maker = "digi",
     .products =
         "digi connect|connectport|portserver|digi transport|transport wr|anywhereusb|digi passport",
     .families = "wr11|wr21|wr31|wr41|wr44|digione"},
    {.maker = "audiocodes",
     .products = "mediant|mediapack|audiocodes",
     .families = "mediant|mp11|mp12"},
    {.maker = "harmonic",
     .products = "cableos|electra|prostream|proview|nsg pro|nsg 9000",
     .families = "nsg9|prostream|proview|electra"},
    {.maker = "commscope",
     .products = "touchstone|cadant|arris|nvg|apex1000|e6000|surfboard",
     .families =
         "touchstone|cadant|arris|apex1000|e6000|nvg5|sbg6|sb61|sb82|tg1|tg2|tg3|tm8|tm16|dg1|dg2"},
    {.maker = "datacom",
     .families = "dm4|dm2|dm1|dm3|dm9|dmos|datacom",
     .software = "dmos",
     .products = "dmswitch"},
    {.maker = "intelbras", .families = "intelbras"},
    {.maker = "ciena",
     .products =
         "packetwave|waveserver|corestream|corestreem|coredirector|lambdadriver ciena|flashwave ciena",
     .families = "caid|waveserver|6500r|ciena",
     .software = "saos"},
    {.maker = "infinera",
     .products = "groove|infinera",
     .families = "groove|dtnx|xtm|xt3300|xt500|cx1200e|infinera",
     .software = "iqnos"},
    {.maker = "coriant",
     .products = "coriant|hit7300|hit7100",
     .families = "hit73|hit70|mtera|coriant"},
    {.maker = "fujitsu",
     .products = "1finity|flashwave|fitelnet fujitsu|primergy|eternus|si r|sir|fsc",
     .families = "1finity|flashwave|primergy|eternus|srs fujitsu|si r|netvehicle"},
    {.maker = "nec",
     .products = "univerge|pasolink|ix series nec|express5800|ipasolink",
     .families = "pasolink|ipasolink|univerge|ix2|ix3|qx s|express5800",
     .software = "nec portable internetwork core operating system"},
    {.maker = "adtran",
     .products = "netvanta|total access|adtran|opti 6100|tracer 6",
     .families = "netvanta|ta5000|ta900|ta5|adtran",
     .software = "adtran operating system"},
    {.maker = "adva",
     .first = "lambdadriver|optidriver|optiswitch|opti switch|os904|os906",
     .products =
         "fsp3000|fsp150|osa 5412|fiber service platform|fsp 3000r7|fsp 3000 r7|fsp 150|adva|fsp 150cc|fsp150cc|osa 5420|osa 5401|osa 5405",
     .families = "fsp150|fsp3000|osa54|osa33|adva|fsp 3000|fsp 150"},
    {.maker = "ekinops",
     .families = "ekinops|pm1001|oneos|oneaccess|one100|one500|one700|one1|pm9",
     .products = "ekinops|oneaccess",
     .software = "oneos|oneos6"},
    {.maker = "packetlight", .families = "pl1000|pl2000|pl4000|pl400|pl300|pl8000|packetlight"},
    {.maker = "smartoptics",
     .families = "smartoptics|dcp1|dcp2|dcpm|dcpr|dcpf",
     .software = "dcp os"},
    {.maker = "loop-telecom", .families = "loop telecom|o9|loopav|v4200"},
    {.maker = "fibrolan",
     .families = "falcon m|falconm|falconr|falconx|metrostar|microsync|fibrolan",
     .products = "metrostar|falcon mx|falcon rx"},
    {.maker = "microsens", .families = "ms400|ms440|ms453|ms650|microsens"},
    {.maker = "samsung", .families = "ipolis|ubigate|ues", .products = "ipolis|ubigate"},
    {.maker = "ceragon",
     .products = "fibeair|ceragon|evolution ip20|fibeair ip 20",
     .families = "fibeair|ip20|ip10g|ip50|ceragon|ceraos",
     .software = "ceraos"},
    {.maker = "siklu", .families = "etherhaul|eh12|eh600|eh2500|eh8010|eh5500|eh710|siklu"},
    {.maker = "aviat", .families = "eclipse aviat|ctr8|wtm4|wtm6|aviat|odu600"},
    {.maker = "siae", .families = "alfoplus|alcplus|ags20|alfo80|siae|alcplus2"},
    {.maker = "saf-tehnika",
     .families =
         "integrae|integrag|integras|integraw|integrax|cfip|safcfip|lumina saf|spectrum compact",
     .products = "cfip lumina|cfip phoenix|cfip marathon|saf integra"},
    {.maker = "radwin", .families = "radwin|winlink"},
    {.maker = "dragonwave",
     .families = "horizon compact|horizoncompact|harmony radio|airpair|dragonwave"},
    {.maker = "cambium",
     .families =
         "epmp|pmp450|ptp650|ptp670|ptp450|ptp820|ptp550|ptp500|ptp600|ptp250|ptp230|cnpilot|cnmatrix|cnwave|cnreach|canopy|ptp8|xv2|cnranger|force180|force190|force200|force300|ptp100",
     .products = "canopy|cnpilot|cnmatrix|epmp",
     .software = "cnmatrix"},
    {.maker = "mimosa", .families = "mimosa|a5c|b5c|c5c|b11|b24"},
    {.maker = "proxim",
     .families = "tsunami|orinoco|proxim|qb8|mp8",
     .products = "tsunami|orinoco"},
    {.maker = "infinet-wireless",
     .families = "infilink|infiman|r5000|xg500|xg1000",
     .software = "wanflex"},
    {.maker = "gemds",
     .products = "ge mds|mds orbit|mds sd",
     .families = "gemds|mdsorbit|mdsinet|inetii|mdsentran"},
    {.maker = "rajant", .families = "rajant|breadcrumb", .products = "breadcrumb|instamesh"},
    {.maker = "tait", .families = "tb93|tb73|tb71|tb94|tn93|tait"},
    {.maker = "sierra-wireless",
     .products = "airlink|aleos|raven x",
     .families = "airlink|gx4|ls300|rv50|rv55|mp70|lx40|lx60|aleos",
     .software = "aleos"},
    {.maker = "cradlepoint",
     .families =
         "ibr6|ibr9|ibr11|ibr17|aer1|aer2|aer3|cba8|e3000|e300|r1900|mbr1|cradlepoint|cr4250|w1850"},
    {.maker = "dell",
     .products =
         "powerconnect|poweredge|force10|powervault|equallogic|powerswitch|compellent|idrac|drac|chassis management controller dell|networking n|powermax",
     .families =
         "powerconnect|poweredge|powervault|equallogic|idrac|s4048|s4810|s4820|z9100|z9500|z9264|s5248|s5232|n1524|n1548|n2024|n2048|n3024|n3048|n4032|n4064|force10|pefn|pemxl|pemioa",
     .software =
         "dell networking os|force10 operating system|ftos|os10|smartfabric os10|dell emc networking os10|dell real time operating system|dell emc real time operating system"},
    {.maker = "nvidia",
     .families =
         "sn2010|sn2100|sn2410|sn2700|sn3420|sn3700|sn3800|sn4600|sn4700|msn2|msn3|msn4|sx6|sx1|mellanox",
     .products = "mellanox|infiniband switch",
     .software = "mlnx os|onyx",
     .anywhere = "cumulus linux|cumulus|nvue"},
    {.maker = "edgecore",
     .families =
         "as4610|as4630|as5710|as5712|as5812|as5816|as5835|as5915|as5916|as6701|as6712|as7312|as7316|as7326|as7512|as7535|as7712|as7726|as7816|as7926|as7946|as9516|as9716|as9726|as9736|csr300|csr320|ecs4|ecs3|ecs2|ecs5|ecas|ecs1|edgecore|asgvolt64|asxvolt16|es3528|es4|es35",
     .products = "edge core|edgecore"},
    {.maker = "ufispace",
     .families =
         "s9500|s9510|s9600|s9700|s9710|s9705|s9501|s9502|s9301|s9300 ufi|s9311|s9321|s9180|s9280|ufispace|ufi",
     .products = "ufi space|ufispace"},
    {.maker = "celestica",
     .families = "seastone|silverstone|questone|ds1000|ds2000|ds3000|ds4000 celestica|celestica"},
    {.maker = "quanta",
     .families =
         "quantamesh|lb4m|lb6m|lb9|ly2|ly4r|ly6|ly7|ly8|ly9|t1048|t3048|t5032|t7032|t4048|t3040|quanta",
     .products = "quantamesh|lb4m|lb6m"},
    {.maker = "super-micro",
     .families = "supermicro|ssex|ssef|sseg|sbmgem|mbm gem",
     .products = "supermicro"},
    {.maker = "benu", .anywhere = "benuos"},
    {.maker = "skyhigh",
     .products = "skyhigh secure web gateway",
     .software = "skyhigh secure web gateway"},
    {.maker = "ip-infusion", .anywhere = "ocnos|zebos"},
    {.maker = "pica8", .anywhere = "picos|amnos"},
    {.maker = "vyos", .anywhere = "vyos"},
    {.maker = "vyatta", .anywhere = "vyatta"},
    {.maker = "6wind", .anywhere = "6wind|6windgate"},
    {.maker = "netgate", .products = "netgate", .families = "netgate", .anywhere = "pfsense|tnsr"},
    {.maker = "drivenets", .anywhere = "drivenets"},
    {.maker = "arrcus", .anywhere = "arcos"},
    {.maker = "rtbrick", .anywhere = "rbfs|rtbrick"},
    {.maker = "vmware",
     .anywhere = "vmware esxi|esxi|vmware esx|vmware vcenter|vmware nsx|velocloud"},
    {.maker = "microsoft",
     .anywhere = "windows|windows nt|software windows|hyper v|microsoft windows"},
    {.maker = "red-hat", .anywhere = "red hat enterprise linux|rhel"},
    {.maker = "canonical", .anywhere = "ubuntu"},
    {.maker = "suse", .anywhere = "sles|suse linux"},
    {.maker = "oracle",
     .products = "sunfire|sun fire|acme packet|ilom|sun storagetek",
     .anywhere = "solaris|sunos|oracle linux|oracle solaris"},
    {.maker = "community",
     .anywhere =
         "linux|freebsd|openbsd|netbsd|openwrt|dd wrt|debian|frr|frrouting|quagga|sonic|opnsense|"
         "net snmp|freshtomato|tomato firmware|open vswitch|proxmox|truenas|freenas|dent|"
         "ecos|centos|raspbian|alpine linux|gentoo|bird internet routing daemon|asterisk|endian firewall"},
    {.maker = "axis-communications",
     .first = "axis",
     .families = "axisp|axism|axisq|axisc|axisa|axisf|axis1|axis2|axis5|axis7",
     .products = "axis camera|axis communications",
     .software = "axis os"},
    {.maker = "hanwha-vision", .families = "xnv|xno|xnd|xnb|qnv|qno|qnd|snv|sno|snd|xrn|prn|srd"},
    {.maker = "schneider-electric",
     .products =
         "smart ups|symmetra|netbotz|apc web snmp management card|apc|galaxy vm|rack pdu apc|easergy|powerlogic|apc environmental manager|automatic transfer switch apc",
     .families = "netbotz|symmetra|ap7|ap8|ap9|apdu|smartups"},
    {.maker = "vertiv",
     .products = "alterpath|liebert|avocent|geist|netsure|cyclades",
     .families =
         "liebert|avocent|acs60|acs80|acs48|acs16|acs32|geist|cyclades|dsr10|dsr20|dsr40|dsr80|mergepoint"},
    {.maker = "gigamon", .families = "gigavue|gigamon|gvos", .software = "gigavue os|gigavue"},
    {.maker = "netscout",
     .families = "arbor|peakflow|infinistream|netscout|pravail",
     .products = "peakflow sp|arbor networks|arbor tms",
     .software = "arbos"},
    {.maker = "sandvine",
     .families = "packetlogic|procera|sandvine|pl20000|pl10000|pl8820|pl7720",
     .products = "packetlogic|procera"},
    {.maker = "infoblox",
     .families = "infoblox|trinzic|ib1|ib8|ib14|ib22|ib40",
     .products = "infoblox|trinzic"},
    {.maker = "ibm",
     .products =
         "bladecenter|rackswitch|ibm networking operating system|ibm flex system|storwize|ibm os 400|aix"},
    {.maker = "silver-peak", .families = "edgeconnect|silverpeak", .software = "vxoa"},
    {.maker = "viptela", .families = "vedge", .products = "viptela"},
    {.maker = "meraki", .families = "merakim", .products = "meraki|meraki cloud"},
    {.maker = "ruijie",
     .families = "rgs|rgn|rgrsr|rgwall|rgeg|rges|rgap|reyee|ruijie",
     .software = "rgos|ruijie general operating system"},
    {.maker = "bdcom", .families = "bdcom", .software = "bdcom"},
    {.maker = "dcn", .families = "dcrs|dcws|dcfs|dcwl", .software = "dcnos"},
    {.maker = "maipu", .families = "mypower|maipu", .software = "mypower|mypoweros"},
    {.maker = "centec", .families = "centec", .software = "centec os"},
    {.maker = "allied-telesis",
     .products = "alliedware|allied telesis|allied telesyn|alliedware plus",
     .families =
         "ats8|ats6|ats9|atx5|atx6|atx9|atgs9|atfs9|at8|at9|atar|attq|x510|x610|x930|x230|x310|x220|x550|alliedware",
     .software = "alliedware|alliedware plus"},
    {.maker = "yamaha",
     .families = "rtx8|rtx12|rtx5|rtx3|nvr500|swx2|swx3|yamaha",
     .products = "yamaha rtx"},
    {.maker = "alaxala", .families = "alaxala|ax2|ax3|ax8|ax6"},
    {.maker = "apresia", .families = "apresia", .software = "aeos"},
    {.maker = "iij", .families = "seil", .products = "seil"},
    {.maker = "forcepoint",
     .products = "forcepoint|stonegate|stonesoft",
     .families = "stonegate|forcepoint"},
    {.maker = "stormshield", .families = "stormshield|netasq|sn210|sn310"},
    {.maker = "lancom", .products = "lancom", .families = "lancom", .software = "lcos"},
    {.maker = "avm", .families = "fritz|fritzbox"},
    {.maker = "avaya",
     .products = "ip office|communication manager avaya|avaya",
     .families = "avaya|ip500|g450|g430|g350"},
    {.maker = "nortel", .products = "bayrs|nortel|meridian|callpilot", .families = "nortel"},
    {.maker = "lenovo",
     .products = "thinksystem|lenovo|rackswitch lenovo|thinkagile|flex system lenovo",
     .families = "thinksystem|lenovo",
     .software = "cnos|lenovo enterprise networking operating system"},
    {.maker = "vantiva",
     .products = "speedtouch|thomson|technicolor",
     .families = "speedtouch|tg585|tg7|tg5|thg5|tc7|tc8|tc4|dwg8|dcm4|technicolor|thomson|cga4"},
    {.maker = "sagemcom", .families = "fast5|fast3|sagemcom|livebox|f st"},
    {.maker = "inteno", .families = "inteno|dg301|dg400|eg400|xg6846", .software = "iopsys"},
    {.maker = "genexis", .families = "genexis|hrg1|fibertwist|platinum 4410"},
    {.maker = "mobotix", .families = "mobotix"},
    {.maker = "vivotek", .families = "vivotek"},
    {.maker = "bosch-security", .families = "dinion|flexidome|autodome|divar"},
    {.maker = "panasonic", .families = "wv s|panasonic"},
    {.maker = "sony", .families = "snc"},
    {.maker = "wisi", .families = "tangram|optopus|chameleon", .products = "tangram|optopus"},
    {.maker = "bulat", .families = "bulat"},
    {.maker = "fs", .families = "fscom", .products = "fs com|fs com inc", .software = "fsos"},
    {.maker = "furukawa", .families = "fitelnet|laserway|fk c32", .software = "fitelnet"},
};
const size_t cp_cue_entry_count = CP_COUNT(cp_cue_entries);

const char *const cp_cue_first_only =
    "planet|extreme|rad|fs|delta|casa|datacom|buffalo|ale|harmonic|coherent|ribbon|cyan|allot|versa|trango|"
    "marconi|foundry|ibm|druid|comba|quanta|tata|rnd|oki|canon|solid|hp|t8|mpb|avm|apc|reliance|leonardo|"
    "sharp|brother|zebra|stratus|quantum|promise|array|unify|nag|nice|pace|codex|blade|plume|expand|positron|overland|"
    "barco|commend|garland|apple|emc|sma|sick|turck|sato|datum|poly|acer|elti|fore|cray|shure|harman|icom|uplogix|overture|"
    "genua|polatis|stratex|andrew|mimosa|airbus|thales|oracle|sony|samsung|siemens|hitachi|panasonic|summit";

const char *const cp_cue_of_others =
    "broadcom|intel|marvell|amd|microchip|microsemi|vitesse|xilinx|avago|google|amazon|amazoncom|facebook|"
    "microsoft|nvidia|sumitomo|corning|amphenol|molex|finisar|lumentum|inphi|android|redhat|debian|canonical|"
    "netsnmp|frrouting|vmware|community|alphabet|metaplatforms|quectel|telit|ublox|kathrein|gemtek|foxconn|realtek|qualcomm|mediatek|nxp";

const char *const cp_cue_of_chips =
    "nec|hitachi|fujitsu|samsung|ibm|toshiba|panasonic|motorola-solutions|oki|sony";

const char *const cp_cue_ignored =
    "br|iti|cig|stl|hfr|agema|contela|rnd|patton sn|kaon|digi|cict|citic|cetc|ofs|wnc|selex|dent|stratum|holo|bird|boss|"
    "hid|sel|dec|sgi|tyco|pbn|dkt|2n|snr|bosch|legrand|compaq|abb|array|stellar|exa|nsp|ios|eos|gaia|rios|vpp|ovs|onos|nios|onyx|seil|pacificnetworks|community|canonical|summit";

const char *const cp_cue_base_systems =
    "linux|freebsd|netbsd|openbsd|ecos|debian|netsnmp|vxworks|centos";
