#pragma once

/* A policy of every kind of line, signed with the key of RFC 8032 7.1, test 1; for tests. */
static const char sample_private[] =
    "-----BEGIN PRIVATE KEY-----\n"
    "MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n"
    "-----END PRIVATE KEY-----\n";
static const char sample_public[] = "-----BEGIN PUBLIC KEY-----\n"
                                    "MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\n"
                                    "-----END PUBLIC KEY-----\n";
static const char sample_text[] =
    "cleanpath-edge-policy 1 # made for tests\n"
    "serial 42\n"
    "issued 2026-11-29T10:00:00Z\n"
    "head 1 r1 fcff:1::1\n"
    "node 4 r4\n"
    "node 5 r5 fcff:5::1 10.255.0.5\n"
    "node 8 r8\n"
    "source fcff:1::1\n"
    "class 100 sensitive\n"
    "class 200 secret\n"
    "inside e-h1\n"
    "first 1 e-r4 fc01:1::2 4 100,200\n"
    "first 2 e-r4b fc01:2::2 4 100\n"
    "first 3 e-r5 fc01:3::2 5 100,200\n"
    "select 100 from 10.2.1.0/24 to 10.2.2.0/24 dscp 32 proto 17 port 5000-5999 mark 0x7\n"
    "select 200 to 2001:db8:2::/48\n"
    "adjacency fcbb:4::45 4 5 100 until 2027-01-01T00:00:00Z\n"
    "adjacency fcbb:4::45 4 5 200\n"
    "adjacency fcbb:5::58 5 8 100,200\n"
    "node-sid fcbb:5::e 5 100\n"
    "unpack4 fcbb:8::d4 8\n"
    "unpack6 fcbb:8::d6 8\n"
    "behind 100 8 10.2.2.0/24\n"
    "behind 100 8 10.2.3.0/24\n"
    "behind 200 8 2001:db8:2::/48\n"
    "local-adjacency fcbb:1::14 fc01:1::2 e-r4\n"
    "local-end fcbb:1::e\n"
    "local-unpack4 fcbb:1::d4\n"
    "local-unpack6 fcbb:1::d6\n"
    "hmac 17 sha256\n"
    "mtu 1280\n";
