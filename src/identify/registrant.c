#include "registrant_table.h"

#include "base/macro.h"

const char *cp_registrant_find(uint32_t number)
{
    size_t from = 0;
    size_t to = cp_registrant_count;

    while (from < to) {
        size_t middle = from + (to - from) / 2;
        if (cp_registrants[middle].number < number)
            from = middle + 1;
        else
            to = middle;
    }
    return from < cp_registrant_count && cp_registrants[from].number == number
               ? cp_registrants[from].name
               : NULL;
}

enum { OWN_LETTERS = 4 };

/* Words of many names, and places. */
static const char *const shared_words[] = {
    "access",
    "advanced",
    "american",
    "analog",
    "application",
    "applied",
    "associated",
    "audio",
    "automatic",
    "automation",
    "beijing",
    "broadband",
    "broadcast",
    "business",
    "cable",
    "center",
    "central",
    "chengdu",
    "china",
    "cloud",
    "communication",
    "compact",
    "company",
    "computer",
    "computing",
    "control",
    "controls",
    "corporation",
    "data",
    "defence",
    "defense",
    "design",
    "development",
    "device",
    "devices",
    "digital",
    "direct",
    "distributed",
    "dynamic",
    "electric",
    "electrical",
    "electronic",
    "electronics",
    "energy",
    "engineering",
    "enterprise",
    "ethernet",
    "european",
    "fiber",
    "fibre",
    "first",
    "france",
    "fujian",
    "future",
    "general",
    "german",
    "global",
    "guangdong",
    "guangzhou",
    "hangzhou",
    "hardware",
    "high",
    "hong",
    "industrial",
    "industries",
    "industry",
    "information",
    "innovative",
    "instrument",
    "instruments",
    "integrated",
    "intelligent",
    "interface",
    "international",
    "internet",
    "israel",
    "italia",
    "japan",
    "korea",
    "kong",
    "laboratories",
    "light",
    "line",
    "link",
    "linux",
    "logic",
    "managed",
    "management",
    "marine",
    "media",
    "medical",
    "micro",
    "microwave",
    "mobile",
    "module",
    "monitoring",
    "nanjing",
    "national",
    "network",
    "networking",
    "networks",
    "next",
    "open",
    "optical",
    "optics",
    "packet",
    "photonics",
    "point",
    "power",
    "precision",
    "private",
    "product",
    "products",
    "professional",
    "public",
    "radio",
    "remote",
    "research",
    "router",
    "satellite",
    "science",
    "scientific",
    "secure",
    "security",
    "semiconductor",
    "sensor",
    "server",
    "service",
    "services",
    "shanghai",
    "shenzhen",
    "signal",
    "smart",
    "software",
    "solution",
    "solutions",
    "storage",
    "suzhou",
    "switch",
    "switching",
    "system",
    "systems",
    "taiwan",
    "technical",
    "technologies",
    "technology",
    "tele",
    "telecom",
    "telecommunication",
    "telecommunications",
    "television",
    "terminal",
    "tokyo",
    "transport",
    "united",
    "universal",
    "version",
    "video",
    "vision",
    "visual",
    "wireless",
    "world",
    "wuhan",
    "xiamen",
    "zhejiang",
};

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* The next run of letters; false at the end. */
static bool take_letters(cp_text *rest, cp_text *word)
{
    size_t from = 0;
    size_t to = 0;

    while (from < rest->len && !is_letter(rest->at[from]))
        from++;
    for (to = from; to < rest->len && is_letter(rest->at[to]);)
        to++;
    *word = cp_text_sub(*rest, from, to - from);
    *rest = cp_text_sub(*rest, to, rest->len);
    return word->len > 0;
}

static bool is_shared(cp_text word)
{
    for (size_t i = 0; i < CP_COUNT(shared_words); i++) {
        if (cp_text_same_word(word, cp_text_of(shared_words[i])))
            return true;
    }
    return false;
}

bool cp_registrant_is_named(const char *name, cp_text text)
{
    cp_text rest = cp_text_of(name);
    cp_text own = CP_TEXT("");
    cp_text word = CP_TEXT("");

    while (take_letters(&rest, &own)) {
        if (own.len >= OWN_LETTERS && !is_shared(own))
            break;
    }
    while (own.len > 0 && take_letters(&text, &word)) {
        if (cp_text_same_word(own, word))
            return true;
    }
    return false;
}
