#include "containerlab.h"

/* The kinds of containerlab's manual, with the names that they had before.  A kind that runs software on
 * whatever machine is there names the maker of that software. */

static const struct cp_lab_kind kinds[] = {
    {"bridge", NULL, "Linux bridge", CP_LAB_BRIDGE},
    {"ovs-bridge", NULL, "Open vSwitch", CP_LAB_BRIDGE},
    {"host", NULL, NULL, CP_LAB_OUTSIDE},
    {"linux|ext-container|generic_vm|k8s-kind|border0|mysocketio", NULL, NULL, CP_LAB_BOX},
    {"nokia_srlinux|srl", "nokia", "SR Linux", CP_LAB_BOX},
    {"nokia_srsim|nokia_sros|vr-sros|vr-nokia_sros", "nokia", "SR OS", CP_LAB_BOX},
    {"arista_ceos|ceos|arista_veos|vr-veos|vr-arista_veos", "arista", "Arista EOS", CP_LAB_BOX},
    {"juniper_crpd|crpd|juniper_vmx|vr-vmx|vr-juniper_vmx|juniper_vqfx|vr-vqfx|vr-juniper_vqfx|"
     "juniper_vsrx|vr-vsrx|vr-juniper_vsrx|juniper_csrx|juniper_vjunosrouter|vr-vjunosrouter|"
     "juniper_vjunosswitch|vr-vjunosswitch",
     "juniper", "Junos", CP_LAB_BOX},
    {"juniper_vjunosevolved|vr-vjunosevolved|juniper_cjunosevolved|cjunosevolved", "juniper",
     "Junos Evolved", CP_LAB_BOX},
    {"cisco_xrd|xrd|cisco_xrd_vrouter|cisco_xrv|vr-xrv|vr-cisco_xrv|cisco_xrv9k|vr-xrv9k|"
     "vr-cisco_xrv9k|cisco_c8000|c8000",
     "cisco", "Cisco IOS XR", CP_LAB_BOX},
    {"cisco_csr1000v|vr-csr|vr-cisco_csr|cisco_c8000v|c8000v|vr-c8000v|cisco_cat9kv|vr-cat9kv",
     "cisco", "Cisco IOS XE", CP_LAB_BOX},
    {"cisco_iol|cisco_vios|vr-vios", "cisco", "Cisco IOS", CP_LAB_BOX},
    {"cisco_n9kv|vr-n9kv|vr-cisco_n9kv|vr-nxos|vr-cisco_nxos", "cisco", "Cisco NX-OS", CP_LAB_BOX},
    {"cisco_asav|vr-asav", "cisco", "Cisco Adaptive Security Appliance", CP_LAB_BOX},
    {"cisco_ftdv|vr-ftdv", "cisco", "Cisco FTD", CP_LAB_BOX},
    {"cisco_sdwan", "cisco", "Cisco SD-WAN", CP_LAB_BOX},
    {"huawei_vrp|vr-huawei_vrp", "huawei", "VRP", CP_LAB_BOX},
    {"nvidia_cumulusvx|cumulus_cvx|cvx", "nvidia", "Cumulus Linux", CP_LAB_BOX},
    {"aruba_aoscx|vr-aoscx|vr-aruba_aoscx", "aruba", "AOS-CX", CP_LAB_BOX},
    {"sonic-vs|sonic-vm", NULL, "SONiC", CP_LAB_BOX},
    {"plvision_sonic", "plvision", "SONiC", CP_LAB_BOX},
    {"dell_ftosv|vr-ftosv|vr-dell_ftosv", "dell", "Dell OS10", CP_LAB_BOX},
    {"dell_sonic", "dell", "Dell Enterprise SONiC", CP_LAB_BOX},
    {"mikrotik_ros|vr-ros|vr-mikrotik_ros", "mikrotik", "RouterOS", CP_LAB_BOX},
    {"ipinfusion_ocnos", "ip infusion", "OcNOS", CP_LAB_BOX},
    {"paloalto_panos|vr-pan|vr-paloalto_panos", "palo alto networks", "PAN-OS", CP_LAB_BOX},
    {"fortinet_fortigate|vr-fortinet_fortigate", "fortinet", "FortiOS", CP_LAB_BOX},
    {"checkpoint_cloudguard", "check point", "Check Point Gaia", CP_LAB_BOX},
    {"ciena_saos", "ciena", "SAOS", CP_LAB_BOX},
    {"6wind_vsr", "6wind", "6WIND VSR", CP_LAB_BOX},
    {"keysight_ixia-c-one", "keysight", "ixia-c", CP_LAB_BOX},
    {"spirent_stc", "spirent", "Spirent TestCenter", CP_LAB_BOX},
    {"arrcus_arcos", "arrcus", "ArcOS", CP_LAB_BOX},
    {"f5_bigip_ve|vr-f5bigipve", "f5", "TMOS", CP_LAB_BOX},
    {"fdio_vpp", NULL, "VPP", CP_LAB_BOX},
    {"rare", NULL, "freeRtr", CP_LAB_BOX},
    {"vyosnetworks_vyos", "vyos networks", "VyOS", CP_LAB_BOX},
    {"veesix_osvbng", NULL, "osvbng", CP_LAB_BOX},
    {"freebsd", NULL, "FreeBSD", CP_LAB_BOX},
    {"openbsd|vr-openbsd", NULL, "OpenBSD", CP_LAB_BOX},
    {"openwrt", NULL, "OpenWrt", CP_LAB_BOX},
};

const struct cp_lab_kind *cp_lab_kind_find(cp_text name)
{
    for (size_t i = 0; i < CP_COUNT(kinds); i++) {
        cp_text rest = cp_text_of(kinds[i].names), one;

        while (cp_text_word(&rest, "|", &one))
            if (cp_text_eq(one, name))
                return &kinds[i];
    }
    return NULL;
}
