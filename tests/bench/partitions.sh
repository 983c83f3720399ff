#!/usr/bin/env bash
# The hub's tables in PostgreSQL, plain and hash-partitioned by station_id, filled alike; then the hub's own queries over
# both. Needs psql and pgbench. The server is named by XUNCHA_TEST_POSTGRES (`cargo xtask postgres` starts one):
#     tests/bench/partitions.sh [STATIONS] [RECORDS OF EACH] [PARTITIONS]
set -euo pipefail
cd "$(dirname "$0")/../.."
stations=${1:-250} each=${2:-4000} partitions=${3:-16}
server=${XUNCHA_TEST_POSTGRES:?names no PostgreSQL}
bin=$(dirname "$(ls /usr/lib/postgresql/*/bin/pgbench 2>/dev/null | tail -1 || command -v pgbench)")
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT

schema() { # The migrations; for `parted` the tables that grow become partitioned ones.
    cat hub/migrations/postgres/*.sql
    if [ "$1" = parted ]; then cat deploy/partitions.sql; fi
}

fill() { cat <<SQL
CREATE FUNCTION sid(s bigint) RETURNS bytea LANGUAGE sql IMMUTABLE AS \$\$ SELECT decode(md5('s' || s), 'hex') \$\$;
CREATE FUNCTION rid(s bigint, i bigint) RETURNS bytea LANGUAGE sql IMMUTABLE AS
    \$\$ SELECT decode(lpad(to_hex(i), 8, '0') || substr(md5(s || '-' || i), 9), 'hex') \$\$;
INSERT INTO stations SELECT sid(s), 'c' || s, 'n' || s, 'b', '{}', 1, $each, sha256(sid(s)) FROM generate_series(1, $stations) s;
INSERT INTO records SELECT sid(s), rid(s, i), i, sha256(rid(s, i)), i * 1000, sid(s), i, NULL
    FROM generate_series(1, $stations) s, generate_series(1, $each) i;
INSERT INTO payloads SELECT sid(s), rid(s, i), repeat(md5(s || '/' || i), 24)
    FROM generate_series(1, $stations) s, generate_series(1, $each) i;
INSERT INTO visits SELECT sid(s), rid(s, i), sid(i % 40), sid(i % 12), 'inspection', i * 1000, 24310 + i % 36, rid(s, i),
    NULL, 'approved', NULL, NULL, 'N', repeat(md5('v' || i), 10), i
    FROM generate_series(1, $stations) s, generate_series(1, $each) i;
ANALYZE;
SQL
}

query() { case $1 in
    feed) echo "SELECT change_no, body FROM visits WHERE station_id = sid(:s) AND change_no > :i ORDER BY change_no LIMIT 200;" ;;
    history) echo "SELECT v.body, p.jws, x.body, r.log_index FROM visits v
        JOIN records r ON r.station_id = v.station_id AND r.record_id = v.record_id
        LEFT JOIN payloads p ON p.station_id = v.station_id AND p.record_id = v.record_id
        LEFT JOIN extracts x ON x.station_id = v.station_id AND x.record_id = v.record_id
        WHERE v.station_id = sid(:s) AND v.venue_id = sid(:i % 40) ORDER BY v.moment DESC LIMIT 20;" ;;
    export) echo "SELECT r.log_index, v.body, p.jws FROM records r
        JOIN visits v ON v.station_id = r.station_id AND v.record_id = r.record_id
        LEFT JOIN payloads p ON p.station_id = r.station_id AND p.record_id = r.record_id
        WHERE r.station_id = sid(:s) AND r.log_index >= :i ORDER BY r.log_index LIMIT 500;" ;;
    known) echo "SELECT record_id, sha256 FROM records WHERE station_id = sid(:s) AND record_id IN (rid(:s, :i), rid(:s, :i + 1));" ;;
    ingest) echo "BEGIN; SELECT changes FROM stations WHERE station_id = sid(:s) FOR UPDATE;
        INSERT INTO records SELECT sid(:s), gen_random_uuid()::text::bytea, 100000 + (random() * 1e15)::bigint, sha256('x'), 1, sid(:s), 1, NULL
            FROM generate_series(1, 20); UPDATE stations SET changes = changes + 1 WHERE station_id = sid(:s); COMMIT;" ;;
esac }

for kind in plain parted; do
    psql -qX "$server" -c "DROP SCHEMA IF EXISTS bench_$kind CASCADE" -c "CREATE SCHEMA bench_$kind" 2>/dev/null
    export PGOPTIONS="-c search_path=bench_$kind -c xuncha.partitions=$partitions"
    schema $kind | psql -qX -v ON_ERROR_STOP=1 "$server"
    begun=$(date +%s.%N)
    fill | psql -qX -v ON_ERROR_STOP=1 "$server"
    echo "$kind: $((stations * each)) records filled in $(echo "$(date +%s.%N) - $begun" | bc | cut -d. -f1) s"
    for name in feed history export known ingest; do
        { echo "\\set s random(1, $stations)"; echo "\\set i random(1, $each)"; query $name | tr '\n' ' '; echo; } > "$work/$name.sql"
        "$bin/pgbench" -n -M prepared -c 2 -t 300 -f "$work/$name.sql" "$server" 2>/dev/null |
            awk -v kind=$kind -v name=$name '/latency average/ { printf "%s %-8s %s ms\n", kind, name, $4 }'
    done
done
psql -qX "$server" -c "DROP SCHEMA bench_plain CASCADE" -c "DROP SCHEMA bench_parted CASCADE" 2>/dev/null
