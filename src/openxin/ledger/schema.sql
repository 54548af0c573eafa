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
  check (octet_length(entries) % 16 = 0 and octet_length(entries) * 2 = octet_length(commitments))
);

create table ledger_leaf (
  seq  bigint not null primary key,
  body bytea  not null                              -- RFC 8785 JSON {c, day, kind, v}
);

create table ledger_position (
  entry_id uuid   not null primary key,
  seq      bigint not null
);

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

-- Countersigned by witnesses: beside the checkpoint, which stays as it was signed.
create table ledger_cosignature (
  size    bigint      not null references ledger_checkpoint,
  witness text        not null,                     -- its public key, as written
  line    text        not null,
  at      timestamptz not null,                     -- when the witness says that it saw it
  primary key (size, witness)
);

create trigger history before update or delete or truncate on ledger_leaf
  for each statement execute function openxin_forbid();
create trigger history before update or delete or truncate on ledger_position
  for each statement execute function openxin_forbid();
create trigger history before update or delete or truncate on ledger_checkpoint
  for each statement execute function openxin_forbid();
create trigger history before update or delete or truncate on ledger_cosignature
  for each statement execute function openxin_forbid();

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
grant select, insert on ledger_leaf, ledger_position, ledger_checkpoint, ledger_cosignature to {app};
grant select, insert, update on ledger_tile to {app};
grant insert on ledger_outbox to {intake};
