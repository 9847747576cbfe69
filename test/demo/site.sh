#!/bin/sh
# A service that stands in for a FastCGI pool: told by SIGUSR1 to break, it loses workers until it is restarted; after
# that restart it takes two seconds to recover.
broken=
marker=$RUNTIME_DIRECTORY/broken
worker=0

lose_a_worker() {
  worker=$((worker + 1))
  echo "manager (pid $$): worker $worker exited with status 256; increase workers to minimal 4"
  sleep 0.3
}

if [ -e "$marker" ]; then
  rm "$marker"
  for _ in 1 2 3 4 5 6; do lose_a_worker; done
fi
echo "manager (pid $$): all 4 workers up"

trap 'broken=yes; : >"$marker"' USR1
while :; do
  if [ -n "$broken" ]; then lose_a_worker; else sleep 0.1; fi
done
