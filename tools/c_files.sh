#!/bin/bash
# Lists all our C files, in order.
cd "$(dirname "$0")/.." || exit 1
find src tests fuzz bench -name '*.[ch]' -type f | LC_ALL=C sort
