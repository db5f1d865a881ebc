#pragma once

/** Tells the service manager (sd_notify(3)). */
void service_notify(const char *state);
/** A SOCK_SEQPACKET socket that its owner and group may connect to; -1: errno says why. */
int service_listen(const char *path);
