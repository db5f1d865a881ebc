#pragma once

#include "evidence/evidence.h"

/**
 * One document while it is read: what a format's reader hands over.  Readers copy nothing: texts are
 * copied here, and made clean (clean.h): any bytes may be handed over, what had to be changed becomes
 * a finding.  Texts past limits.h are cut, statements past it left out and counted as not understood.
 * An empty value (also: one of white space alone) says nothing.  All functions: NOMEM, LIMIT.
 */
struct cp_device;

/** One document as its reader sees it. */
struct cp_device_doc {
    struct cp_evidence_set *set;
    struct cp_device *device;
    struct cp_arena *scratch; /* for the reader's own tables; reset after the document */
    struct cp_diag *diag;
    cp_text text;
    uint32_t file;
};

/**
 * Something the device says of itself.  part: empty for the system itself.
 *
 * Attributes (all but the last group also in facts.csv):
 *   maker            as a maker's name is written there: entPhysicalMfgName, "manufacturer"
 *   model, serial, part-number, software, class      class: as in iana-hardware (RFC 8348): chassis, module, port, ...
 *   sys-object-id    sysObjectID, dotted numbers without a leading dot
 *   sys-descr        text in which the system describes itself: sysDescr, LLDP system description, the
 *                    head of what `show version` prints; one line, white space joined
 *   chassis-descr    text that describes the box and no system: entPhysicalDescr of the only chassis
 *   sys-name         its own name
 *   private-objects  an enterprise below whose number its agent has objects, as sys-object-id
 *   engine-id        snmpEngineID, hexadecimal digits in small letters
 *   vendor-type      entPhysicalVendorType, as sys-object-id
 *   mac              aa:bb:cc:dd:ee:ff; of a port: the part is the port
 *   address          an IP address it manages itself by
 */
CP_MUST_USE cp_err cp_device_says(struct cp_device_doc *doc, cp_place place, cp_text part,
                                  const char *attribute, cp_text value);

/** What stands in the way of a link's other end; texts may be empty. */
struct cp_sighting {
    cp_place place;
    const char *protocol; /* "lldp", "cdp", "isis"; constant */
    cp_text port;         /* local, as the device names it */
    /*
     * The ids and their kinds, after IEEE 802.1AB: "mac" (then aa:bb:cc:dd:ee:ff), "address",
     * "interface-name", "alias", "component", "port-component" (of a chassis), "circuit" (of a port),
     * "local"; empty where the source does not say.
     */
    cp_text chassis_id, chassis_id_kind;
    cp_text port_id, port_id_kind;
    cp_text port_descr, name,
        descr; /* of the neighbour: port description, system name, system description */
    cp_text platform, address; /* CDP platform; management address */
    /* What the neighbour says it is: LLDP-MED inventory, a CDP device id with a serial. */
    cp_text maker, model, serial, software;
};
CP_MUST_USE cp_err cp_device_sees(struct cp_device_doc *doc, const struct cp_sighting *sighting);

/** A second name of a local port ("Gi0/1", an ifAlias): neighbours may call it so.  port empty: of the
 * device itself (the CDP device id, an LLDP chassis id that is no MAC). */
CP_MUST_USE cp_err cp_device_port_also(struct cp_device_doc *doc, cp_text port, cp_text also);

/** Counts records; remarks of one kind and reason are joined. */
CP_MUST_USE cp_err cp_device_used(struct cp_device_doc *doc, uint32_t count);
CP_MUST_USE cp_err cp_device_remark(struct cp_device_doc *doc, cp_remark_kind kind, cp_place place,
                                    const char *why, cp_text subject);

/** Fills the document's diag in and hands err back. */
CP_MUST_USE cp_err cp_device_fail(struct cp_device_doc *doc, cp_err err, cp_place place,
                                  const char *why, cp_text subject);

/* The formats: each reads doc->text. */
CP_MUST_USE cp_err cp_evidence_read_snmprec(struct cp_device_doc *doc);
CP_MUST_USE cp_err cp_evidence_read_snmpwalk(struct cp_device_doc *doc);
CP_MUST_USE cp_err cp_evidence_read_lldpcli(struct cp_device_doc *doc);
CP_MUST_USE cp_err cp_evidence_read_cli(struct cp_device_doc *doc);
