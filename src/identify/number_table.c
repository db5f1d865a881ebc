#include "number_table.h"

#include "base/macro.h"

const struct cp_number_note cp_number_notes[] = {
    /* ProCurve and its H3C-made ranges; HP's blade switches by others. */
    {11, CP_NUMBER_SHARED, NULL, "aruba|h3c|3com|brocade|cisco"},
    {18, CP_NUMBER_SHARED, NULL, "nortel|avaya|extreme"},
    {42, CP_NUMBER_SOFTWARE, "oracle", NULL}, /* Solaris */
    {43, CP_NUMBER_SHARED, NULL, "h3c|hpe"},  /* 3Com, then H3C's and HP's ranges */
    {45, CP_NUMBER_SHARED, NULL, "nortel|avaya|extreme"},
    {52, CP_NUMBER_SHARED, NULL, "extreme"},
    /* SNMP Research's agent, compiled into many makers' systems. */
    {99, CP_NUMBER_AGENT, NULL, NULL},
    {259, CP_NUMBER_SHARED, NULL,
     "edgecore|3com|dell|netgear|alpha-networks|allied-telesis|lg-electronics|ericsson-lg"}, /* Accton built for many */
    {311, CP_NUMBER_SOFTWARE, "microsoft", NULL},
    {562, CP_NUMBER_SHARED, NULL, "ciena|nortel"}, /* Nortel's optical boxes are Ciena's */
    {731, CP_NUMBER_AGENT, NULL, NULL},            /* Wind River's agent */
    {1588, CP_NUMBER_SHARED, NULL, "extreme|ruckus|dell|ibm|hpe|hitachi|fujitsu"},
    {1872, CP_NUMBER_SHARED, NULL, "radware|nortel|hpe|ibm"},
    {1991, CP_NUMBER_SHARED, NULL, "ruckus|brocade|extreme|dell|hpe"},
    {2021, CP_NUMBER_AGENT, NULL, NULL}, /* UCD, net-snmp's forerunner */
    {2272, CP_NUMBER_SHARED, NULL, "nortel|avaya|extreme"},
    {2312, CP_NUMBER_SOFTWARE, "red-hat", NULL},
    {2620, CP_NUMBER_SHARED, NULL, "check-point|nokia"},
    {4413, CP_NUMBER_AGENT, NULL, NULL}, /* Broadcom's FASTPATH, under many names */
    {4491, CP_NUMBER_AGENT, NULL, NULL}, /* CableLabs: a standard */
    {4976, CP_NUMBER_AGENT, NULL, NULL}, /* AGENT++ */
    {5591, CP_NUMBER_AGENT, NULL, NULL}, /* SCTE: a standard */
    {6876, CP_NUMBER_SOFTWARE, "vmware", NULL},
    {7057, CP_NUMBER_SOFTWARE, "suse", NULL},
    {8072, CP_NUMBER_AGENT, NULL, NULL},  /* net-snmp, on everything */
    {9586, CP_NUMBER_AGENT, NULL, NULL},  /* Debian */
    {12325, CP_NUMBER_AGENT, NULL, NULL}, /* begemot: FreeBSD's own agent */
    {14823, CP_NUMBER_SHARED, NULL, "aruba|ale|dell|hpe"},
    {17409, CP_NUMBER_AGENT, NULL, NULL}, /* China's broadcast standards: any maker's cable gear */
    {24686, CP_NUMBER_AGENT, NULL, NULL}, /* PROFIBUS: a standard */
    {25506, CP_NUMBER_SHARED, NULL, "hpe|3com|aruba"},
    {26543, CP_NUMBER_SHARED, NULL, "ibm|lenovo|hpe"},
    {27768, CP_NUMBER_AGENT, NULL, NULL},
    {28978, CP_NUMBER_SOFTWARE, "canonical", NULL},
    {30155, CP_NUMBER_AGENT, NULL, NULL}, /* OpenBSD */
    {30803, CP_NUMBER_SOFTWARE, "vyatta", NULL},
    {35098, CP_NUMBER_SOFTWARE, "pica8", NULL},
    {36673, CP_NUMBER_SOFTWARE, "ip-infusion", NULL},
    {40310, CP_NUMBER_SOFTWARE, "nvidia", NULL}, /* Cumulus Linux */
    {44641, CP_NUMBER_SOFTWARE, "vyos", NULL},
    {49739, CP_NUMBER_SOFTWARE, "drivenets", NULL},
    {50058, CP_NUMBER_SOFTWARE, "rtbrick", NULL},
    {50145, CP_NUMBER_AGENT, NULL, NULL}, /* FRRouting */
    {51604, CP_NUMBER_SOFTWARE, "arrcus", NULL},
};
const size_t cp_number_note_count = CP_COUNT(cp_number_notes);

const char *const cp_number_houses =
    "ip-infusion|pica8|vyos|vyatta|6wind|drivenets|arrcus|rtbrick|vmware|microsoft|red-hat|canonical|suse|"
    "community|google|amazon|meta-platforms|metaswitch|netcracker|amdocs|kaspersky";

const char *const cp_number_kin[] = {
    "3com|hpe",          "3com|h3c",         "hpe|h3c",           "hpe|aruba",
    "brocade|extreme",   "brocade|ruckus",   "ruckus|commscope",  "nortel|avaya",
    "avaya|extreme",     "nortel|extreme",   "nortel|ciena",      "coriant|infinera",
    "infinera|nokia",    "coriant|tellabs",  "adva|adtran",       "lenovo|ibm",
    "dell|sonicwall",    "inteno|genexis",   "ale|nokia",         "dzs|dasan",
    "cisco|linksys",     "vertiv|avocent",   "iskratel|kontron",  "netgear|broadcom",
    "ekinops|oneaccess", "nec|netcracker",   "juniper|hpe",       "nvidia|edgecore",
    "silver-peak|hpe",   "brocade|broadcom", "symantec|broadcom", "dell|brocade",
    "ibm|brocade",       "hpe|brocade",      "hitachi|brocade",
};
const size_t cp_number_kin_count = CP_COUNT(cp_number_kin);

const char *const cp_number_guarded = "huawei|zte|hikvision|dahua|hytera";

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
