#!/usr/bin/env bash
# Sets up, builds and runs every test. Whatever fails, the last line is a count.
set -uo pipefail
cd "$(dirname "$0")/../.."

if ! make --no-print-directory setup; then
  echo 'setup or build failed'
  echo '0 passed, 1 failed'
  exit 1
fi
exec node dist/test/run/test.js
