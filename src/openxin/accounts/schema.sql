-- Log-ins. The table of users is made by the migration beside this file; what it may be used for stands here.

-- One-time links, of the synthetic city only. Keyed by token, one of the listed exceptions: whoever opens one is nobody yet.
create table accounts_link (
  token      bytea       not null primary key,      -- HMAC of the link's secret: the database alone opens no door
  person_id  uuid,                                  -- whose page it opens;
  authority  text,                                  -- or the desk of which body
  organisation uuid,                                -- or organisation,
  roles      text[]      not null,                  -- in which roles
  issued_at  timestamptz not null,
  expires_at timestamptz not null,
  used_at    timestamptz,                           -- null: not used yet
  check (num_nonnulls(person_id, authority, organisation) = 1)
);

grant select, insert, update (used_at) on accounts_link to {app};

-- The application keeps log-ins; nobody deletes one, since lines of the past name it.
grant select, insert, update on accounts_user to {app};

-- Every log-in and every refused one of a log-in that exists: its owner sees them. History. Keyed by its own id, of log-ins and
-- not of persons: one of the listed exceptions. No address and no browser: whether it was them, people know by time and way.
create table accounts_log_in (
  id      uuid        not null primary key,
  login   uuid        not null,                     -- id of accounts_user
  at      timestamptz not null,
  way     text        not null check (way in ('link', 'password', 'code', 'recovery', 'passkey', 'provider')),
  outcome text        not null check (outcome in ('in', 'refused', 'locked'))   -- locked: refused, and from now on for a while
);
create index on accounts_log_in (login, at desc);
create trigger history before update or truncate on accounts_log_in
  for each statement execute function openxin_forbid();
-- What is due may be deleted (`accounts/terms.py`), and what is younger than the law wants it kept by nobody, not by the owner
-- either: 网络安全法 art. 21, six months. The term itself is in the catalogue, and may be longer.
create trigger kept before delete on accounts_log_in
  for each row when (old.at > now() - interval '6 months') execute function openxin_forbid();

-- Failures since the last success, of a typed name (that may be nobody's) or of a log-in's second factor.
create table accounts_attempt (
  token    bytea       not null primary key,        -- HMAC: who was tried cannot be read from it
  failures integer     not null,
  last_at  timestamptz not null
);

-- What an official proves beside the password. Sealed with its place: log-in and kind; another's does not open here.
create table accounts_factor (
  id         uuid        not null primary key,
  login      uuid        not null,
  kind       text        not null check (kind in ('code', 'recovery', 'passkey')),
  sealed     bytea       not null,
  key_epoch  smallint    not null,
  created_at timestamptz not null,
  used_at    timestamptz
);
create unique index on accounts_factor (login) where kind = 'code';
create index on accounts_factor (login);

-- What counts once: a code of an app, a token of a machine. Only until it would have expired anyhow.
create table accounts_spent (
  token      bytea       not null primary key,
  expires_at timestamptz not null
);

-- Open log-ins, so that their owner sees and ends them, and a number of them is the most.
create table accounts_session (
  id       uuid        not null primary key,        -- stands in the session; not its key
  login    uuid        not null,
  way      text        not null,
  began_at timestamptz not null,
  ended_at timestamptz
);
create index on accounts_session (login) where ended_at is null;

grant select, insert, delete on accounts_log_in to {app};
grant delete on accounts_link to {app};
grant select, insert, update, delete on accounts_attempt, accounts_factor, accounts_spent, accounts_session to {app};

-- Machines of bodies and recipients. Keyed by its own id: one of the listed exceptions. No secret: their keys are public halves.
create table accounts_client (
  id         uuid        not null primary key,
  authority  text,                                  -- id in the catalogue: for whom it acts,
  organisation uuid,                                -- or a registered organisation
  roles      text[]      not null,                  -- ids of catalogue/roles.toml
  keys       jsonb       not null,                  -- JWKs, RFC 7517
  created_at timestamptz not null,
  closed_at  timestamptz,                           -- from then on nothing that it shows is accepted
  check (num_nonnulls(authority, organisation) = 1)
);

-- Units that are no body of the catalogue and may ask or receive here: a law firm, a school. No person: keyed by its own id.
create table accounts_organisation (
  id         uuid        not null primary key,
  uscc       text        not null unique,           -- unified social credit code; of a unit, never of a person
  title_zh   text        not null,
  title_en   text        not null,
  kinds      text[]      not null,                  -- ids of the catalogue's kinds of organisations
  created_at timestamptz not null,
  closed_at  timestamptz
);
grant select, insert, update (kinds, closed_at) on accounts_organisation to {app};

-- What a machine shows with each question. Short-lived; the database alone opens no door.
create table accounts_access_token (
  token      bytea       not null primary key,      -- HMAC
  client     uuid        not null,
  expires_at timestamptz not null
);
create index on accounts_access_token (expires_at);

grant select, insert on accounts_client to {app};
grant update (keys, roles, closed_at) on accounts_client to {app};
grant select, insert, update, delete on accounts_access_token to {app};   -- update: what has expired is locked, then deleted

-- What a machine asked under an Idempotency-Key, for the day on which it may ask again. Never the answer of a reading.
create table accounts_repeat (
  client      uuid        not null,
  key         bytea       not null,                 -- HMAC of the key that the machine chose
  print       bytea       not null,                 -- HMAC of the request: the same key with another one is refused
  began_at    timestamptz not null,
  expires_at  timestamptz not null,
  is_done     boolean     not null default false,
  was_done    boolean     not null default false,   -- though it may be under way once more
  sealed      bytea,                                -- the answer; null: under way, or one that is never kept
  wrapped_key bytea,                                -- of the answer, and of nothing else
  key_epoch   smallint,
  primary key (client, key)
);
create index on accounts_repeat (expires_at);

grant select, insert, update, delete on accounts_repeat to {app};

-- What administrators and the operator did to accounts, machines and organisations. History. Keyed by its own id, of log-ins and not
-- of persons: one of the listed exceptions.
create table accounts_act (
  id         uuid        not null primary key,
  at         timestamptz not null,
  by         uuid,                                  -- log-in of whoever did it; null: a command of the operator's
  verb       text        not null check (verb in ('make', 'change_roles', 'reset', 'change_keys', 'change_kinds', 'close')),
  subject    text        not null check (subject in ('log_in', 'machine', 'organisation')),
  subject_id uuid        not null,
  said       jsonb       not null,                  -- roles or kinds afterwards: ids of the catalogue
  entry_id   uuid        not null,
  salt       bytea       not null                   -- the content of the commitment is this row: nothing personal in it
);
create index on accounts_act (at desc, id);
create index on accounts_act (subject_id, at desc);
create trigger history before update or delete or truncate on accounts_act
  for each statement execute function openxin_forbid();
grant select, insert on accounts_act to {app};
