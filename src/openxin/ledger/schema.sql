-- The ledger: an outbox filled in the transaction of what it tells, leaves that are only ever added to, and checkpoints.

create function openxin_forbid() returns trigger language plpgsql as $$
begin
  raise exception 'history is only ever added to (%)', tg_table_name using errcode = 'insufficient_privilege';
end $$;

-- One row may carry many entries of one kind and day: 16 bytes of random id and 32 bytes of commitment for each.
create table ledger_outbox (
  id          bigint generated always as identity primary key,
  kind        text  not null,
  day         date  not null,
  entries     bytea not null,
  commitments bytea not null,
  at          timestamptz not null default now(),   -- since when it waits
  check (octet_length(entries) > 0 and octet_length(entries) % 16 = 0
         and octet_length(entries) * 2 = octet_length(commitments))
);
-- Random and digests: nobody need try to compress them.
alter table ledger_outbox alter entries set storage external, alter commitments set storage external;

-- The tree's leaves, in runs of one kind and day; every run begins where the one before it ends. A leaf is told by kind, day and
-- its commitment alone (`ledger_leaf` below), so no text of it is stored.
create table ledger_run (
  first       bigint not null primary key,          -- the number of the run's first leaf
  kind        text   not null,
  day         date   not null,
  entries     bytea  not null,                      -- 16 bytes of entry id for each leaf, in order
  commitments bytea  not null,
  check (octet_length(entries) > 0 and octet_length(entries) % 16 = 0
         and octet_length(entries) * 2 = octet_length(commitments))
);
-- Random bytes do not get smaller; and a slice of what is not compressed is read without the rest.
alter table ledger_run alter entries set storage external, alter commitments set storage external;

-- By which an entry is found: the first four bytes of its id, and a run in which ids begin so. A part of a file gives its
-- entries ids that begin alike, and is one row or a few here; ids that are wholly random take a row each.
create table ledger_position (
  mark  integer not null,
  first bigint  not null,
  primary key (mark, first)
);

create view ledger_leaf with (security_invoker) as
  select first + n as seq, first as run, encode(substr(entries, 16 * n + 1, 16), 'hex')::uuid as entry_id, kind,
         -- RFC 8785 JSON {c, day, kind, v}, as leaves.py writes it
         convert_to(format('{"c":"%s","day":"%s","kind":"%s","v":1}',
                           encode(substr(commitments, 32 * n + 1, 32), 'hex'), day, kind), 'UTF8') as body
  from ledger_run, generate_series(0, octet_length(commitments) / 32 - 1) as n;

create table ledger_tile (                          -- C2SP tlog-tiles; one that is not full is one row that grows
  level  smallint not null,
  index  bigint   not null,
  hashes bytea    not null check (octet_length(hashes) % 32 = 0 and octet_length(hashes) between 32 and 8192),
  primary key (level, index)
);

create table ledger_checkpoint (
  size bigint      not null primary key,
  root bytea       not null,
  note text        not null,
  at   timestamptz not null
);
create index on ledger_checkpoint (at);               -- an auditor looks for entries by time

-- Tiles by their places. A function, because its plan is kept: planning took longer than the tiles of a proof do.
create function openxin_tiles(levels smallint[], indexes bigint[]) returns setof ledger_tile
  language plpgsql stable as $$
begin
  return query select t.* from unnest(levels, indexes) as asked (level, index) join ledger_tile t using (level, index);
end $$;

-- Countersigned by witnesses: beside the checkpoint, which stays as it was signed.
create table ledger_cosignature (
  size    bigint      not null references ledger_checkpoint,
  witness text        not null,                     -- its public key, as written
  line    text        not null,
  at      timestamptz not null,                     -- when the witness says that it saw it
  primary key (size, witness)
);

create trigger history before update or delete or truncate on ledger_run
  for each statement execute function openxin_forbid();
create trigger history before update or delete or truncate on ledger_position
  for each statement execute function openxin_forbid();
create trigger history before update or delete or truncate on ledger_checkpoint
  for each statement execute function openxin_forbid();
create trigger history before update or delete or truncate on ledger_cosignature
  for each statement execute function openxin_forbid();

-- No gap and no overlap, whoever writes: a run begins behind the last leaf.
create function openxin_next_run() returns trigger language plpgsql as $$
declare ends bigint;
begin
  select first + octet_length(commitments) / 32 into ends from ledger_run order by first desc limit 1;
  if new.first <> coalesce(ends, 0) then
    raise exception 'the next leaf is %, not %', coalesce(ends, 0), new.first using errcode = 'integrity_constraint_violation';
  end if;
  return new;
end $$;
create trigger next_run before insert on ledger_run for each row execute function openxin_next_run();

-- Hashes are added behind those that are there: a tile never says anything else about leaves that it has covered once.
create function openxin_only_longer() returns trigger language plpgsql as $$
begin
  if (new.level, new.index) is distinct from (old.level, old.index)
     or substr(new.hashes, 1, octet_length(old.hashes)) <> old.hashes then
    raise exception 'a tile only grows (%/%)', old.level, old.index using errcode = 'insufficient_privilege';
  end if;
  return new;
end $$;
create trigger only_longer before update on ledger_tile for each row execute function openxin_only_longer();
create trigger history before delete or truncate on ledger_tile
  for each statement execute function openxin_forbid();

grant select, insert, delete on ledger_outbox to {app};
grant select, insert on ledger_run, ledger_position, ledger_checkpoint, ledger_cosignature to {app};
grant select on ledger_leaf to {app};
grant select, insert, update on ledger_tile to {app};
grant insert on ledger_outbox to {intake};
