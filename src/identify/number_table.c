#include "number_table.h"

#include "base/macro.h"

const struct cp_number_note cp_number_notes[] = {
    {18, CP_NUMBER_SHARED, NULL, "nortel|avaya|extreme"},
    {42, CP_NUMBER_SOFTWARE, "oracle", NULL}, /* Solaris */
    {45, CP_NUMBER_SHARED, NULL, "nortel|avaya|extreme"},
    /* SNMP Research's agent, compiled into many makers' systems. */
    {99, CP_NUMBER_AGENT, NULL, NULL},
    {161, CP_NUMBER_SHARED, NULL,
     "cambium|commscope|motorola-mobility|vertiv"}, /* Motorola: Canopy and more went on */
    {259, CP_NUMBER_SHARED, NULL,
     "edgecore|3com|dell|netgear|alpha-networks|allied-telesis|lg-electronics|ericsson-lg"}, /* Accton built for many */
    {294, CP_NUMBER_AGENT, NULL, NULL}, /* Texas Instruments: of the chips of many makers' boxes */
    {311, CP_NUMBER_SOFTWARE, "microsoft", NULL},
    {388, CP_NUMBER_SHARED, NULL, "extreme|motorola-solutions"}, /* Symbol's radios went on */
    {562, CP_NUMBER_SHARED, NULL, "ciena|nortel"},       /* Nortel's optical boxes are Ciena's */
    {705, CP_NUMBER_SHARED, NULL, "schneider-electric"}, /* Merlin Gerin: MGE's went two ways */
    {731, CP_NUMBER_AGENT, NULL, NULL},                  /* Wind River's agent */
    {1449, CP_NUMBER_AGENT, NULL, NULL},                 /* Qualcomm: likewise */
    {1588, CP_NUMBER_SHARED, NULL, "extreme|ruckus|dell|ibm|hpe|hitachi|fujitsu"},
    {1872, CP_NUMBER_SHARED, NULL, "radware|nortel|hpe|ibm"},
    {1991, CP_NUMBER_SHARED, NULL, "ruckus|brocade|extreme|dell|hpe"},
    {2021, CP_NUMBER_AGENT, NULL, NULL}, /* UCD, net-snmp's forerunner */
    {2272, CP_NUMBER_SHARED, NULL, "nortel|avaya|extreme"},
    {2312, CP_NUMBER_SOFTWARE, "red-hat", NULL},
    {3320, CP_NUMBER_SHARED, NULL, "fs|dcn"},      /* BDCOM builds for many */
    {4413, CP_NUMBER_AGENT, NULL, NULL},           /* Broadcom's FASTPATH, under many names */
    {4491, CP_NUMBER_AGENT, NULL, NULL},           /* CableLabs: a standard */
    {4515, CP_NUMBER_SHARED, NULL, "smartoptics"}, /* PacketLight built SmartOptics' T series */
    {4976, CP_NUMBER_AGENT, NULL, NULL},           /* AGENT++ */
    {5591, CP_NUMBER_AGENT, NULL, NULL},           /* SCTE: a standard */
    {6603, CP_NUMBER_AGENT, NULL, NULL},           /* Vitesse: likewise */
    {6876, CP_NUMBER_SOFTWARE, "vmware", NULL},
    {7057, CP_NUMBER_SOFTWARE, "suse", NULL},
    {8072, CP_NUMBER_AGENT, NULL, NULL},           /* net-snmp, on everything */
    {9442, CP_NUMBER_AGENT, NULL, NULL},           /* Atheros: likewise */
    {9586, CP_NUMBER_AGENT, NULL, NULL},           /* Debian */
    {10002, CP_NUMBER_BORROWED, "ubiquiti", NULL}, /* Frogfoot: airOS */
    {12325, CP_NUMBER_AGENT, NULL, NULL},          /* begemot: FreeBSD's own agent */
    {13464, CP_NUMBER_SHARED, NULL, "fs"},
    {14823, CP_NUMBER_SHARED, NULL, "aruba|ale|dell|hpe"},
    {16972, CP_NUMBER_AGENT, NULL, NULL}, /* a DSL forum's */
    {17409, CP_NUMBER_AGENT, NULL, NULL}, /* China's broadcast standards: any maker's cable gear */
    {20301, CP_NUMBER_SHARED, NULL, "lenovo|blade"}, /* eServer X */
    {24686, CP_NUMBER_AGENT, NULL, NULL},            /* PROFIBUS: a standard */
    {25506, CP_NUMBER_SHARED, NULL, "hpe|3com|aruba"},
    {26381, CP_NUMBER_AGENT, NULL, NULL}, /* lwIP */
    {26543, CP_NUMBER_SHARED, NULL, "ibm|lenovo|hpe"},
    {27282, CP_NUMBER_AGENT, NULL, NULL}, /* Realtek: likewise */
    {27768, CP_NUMBER_AGENT, NULL, NULL},
    {27975, CP_NUMBER_SHARED, NULL, "fs"}, /* Centec builds for many */
    {28978, CP_NUMBER_SOFTWARE, "canonical", NULL},
    {30155, CP_NUMBER_AGENT, NULL, NULL}, /* OpenBSD */
    {30803, CP_NUMBER_SOFTWARE, "vyatta", NULL},
    {35098, CP_NUMBER_SOFTWARE, "pica8", NULL},
    {36673, CP_NUMBER_SOFTWARE, "ip-infusion", NULL},
    {40310, CP_NUMBER_SOFTWARE, "cumulus-networks", NULL},
    {44641, CP_NUMBER_SOFTWARE, "vyos", NULL},
    {49739, CP_NUMBER_SOFTWARE, "drivenets", NULL},
    {50001, CP_NUMBER_BORROWED, "hikvision", NULL}, /* Scildon: Hikvision's own MIB */
    {50058, CP_NUMBER_SOFTWARE, "rtbrick", NULL},
    {50145, CP_NUMBER_AGENT, NULL, NULL}, /* FRRouting */
    {51604, CP_NUMBER_SOFTWARE, "arrcus", NULL},
};
const size_t cp_number_note_count = CP_COUNT(cp_number_notes);

const char *const cp_number_houses =
    "cumulus-networks|ip-infusion|pica8|vyos|vyatta|6wind|drivenets|arrcus|rtbrick|vmware|microsoft|red-hat|canonical|suse|"
    "community|google|amazon|meta-platforms|metaswitch|netcracker|amdocs|kaspersky";

const char *const cp_number_kin[] = {
    "skyhigh|mcafee",   "samsung|hanwha-vision",
    "3com|hpe",         "3com|h3c",
    "hpe|h3c",          "hpe|aruba",
    "brocade|extreme",  "brocade|ruckus",
    "ruckus|commscope", "nortel|avaya",
    "avaya|extreme",    "nortel|extreme",
    "nortel|ciena",     "coriant|infinera",
    "infinera|nokia",   "coriant|tellabs",
    "adva|adtran",      "lenovo|ibm",
    "dell|sonicwall",   "inteno|genexis",
    "ale|nokia",        "dzs|dasan",
    "cisco|linksys",    "iskratel|kontron",
    "nec|netcracker",   "juniper|hpe",
    "silver-peak|hpe",  "symantec|broadcom",
    "dell|brocade",     "ibm|brocade",
    "hpe|brocade",      "hitachi|brocade",
};
const size_t cp_number_kin_count = CP_COUNT(cp_number_kin);

const char *const cp_number_guarded = "huawei|zte|hikvision|dahua|hytera";

const char *const cp_number_boxless =
    "cumulus-networks|ip-infusion|vyos|drivenets|arrcus|rtbrick|red-hat|canonical|suse|community|metaswitch|"
    "netcracker|amdocs|kaspersky";

const struct cp_number_note *cp_number_note_find(uint32_t number)
{
    size_t from = 0;
    size_t to = cp_number_note_count;

    while (from < to) {
        size_t middle = from + (to - from) / 2;
        if (cp_number_notes[middle].number < number)
            from = middle + 1;
        else
            to = middle;
    }
    return from < cp_number_note_count && cp_number_notes[from].number == number
               ? &cp_number_notes[from]
               : NULL;
}
