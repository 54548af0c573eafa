-- Whom records are about. A person is a random id and a key; an identity document, as a token, points to its person.

create table people_person (
  person_id   uuid     not null,
  wrapped_key bytea,               -- under the master key; null: erased, nothing sealed for this person opens again
  key_epoch   smallint not null,   -- of the master key
  created_on  date     not null,
  primary key (person_id)
) {by_person};
-- partitions: people_person

-- By the head of a token it is found: the first 128 bits of its digest, behind the number of the key. New tokens fall all over
-- their index, whose pages hold twice as many heads as tokens (docs/decisions/0032).
create function openxin_head(token bytea) returns uuid language sql immutable strict parallel safe
  return encode(substr(token, 2, 16), 'hex')::uuid;

-- Keyed by token, not by person: the one way in from a document. One of the listed exceptions. Equal tokens have equal heads, so
-- each is there once; whoever looks one up compares the whole token too.
create table people_identity (
  token         bytea    not null,                  -- HMAC(document type, issuing state, number)
  person_id     uuid     not null,
  name_token    bytea    not null,                  -- HMAC(token, folded name)
  document_type text     not null,
  standing      text     not null default 'claimed' check (standing in ('claimed', 'verified')),
  disputed      boolean  not null default false,    -- a second name was seen: cannot become verified until settled
  sealed        bytea    not null,                  -- name, number, issuing state as first written, under the person's key
  created_on    date     not null,
  head          uuid     not null primary key generated always as (openxin_head(token)) stored
);
create index people_identity_person on people_identity (person_id);
-- Statistics of what is sealed would cost, and say nothing.
alter table people_person alter wrapped_key set statistics 0;
alter table people_identity alter name_token set statistics 0, alter sealed set statistics 0;

alter table people_person enable row level security;
alter table people_person force row level security;
create policy own on people_person using (
  current_setting('openxin.reader')::uuid is not null
  and (person_id = current_setting('openxin.subject')::uuid
       or person_id = any (current_setting('openxin.joined')::uuid[])));

alter table people_identity enable row level security;
alter table people_identity force row level security;
create policy own on people_identity using (
  current_setting('openxin.reader')::uuid is not null
  and (person_id = current_setting('openxin.subject')::uuid
       or person_id = any (current_setting('openxin.joined')::uuid[])
       or token = decode(current_setting('openxin.token'), 'hex')));
create policy supply on people_person for select using (
  current_setting('openxin.reader')::uuid is not null and current_setting('openxin.task') = 'supply');

grant select, update on people_person, people_identity to {app};
grant select (person_id, wrapped_key, key_epoch), insert on people_person to {intake};
grant select (token, head, person_id, name_token, document_type, standing, disputed), insert, update (disputed, standing)
  on people_identity to {intake};

-- The loaded extract of a population register: which name stands under which number. Tokens only; keyed by token, and of nobody
-- that the register knows, unless an identity has the same one. One of the listed exceptions.
create table people_population (
  token      bytea not null primary key,            -- as people_identity.token
  name_token bytea not null
);

-- Where an extract waits while it is being read. Unlogged: what a killed load leaves is emptied by the next.
create unlogged table people_population_staging (
  token      bytea   not null,
  name_token bytea   not null,
  row        integer not null
);

create table people_extract (                       -- that an extract was loaded stays: history, counts only
  id         uuid        not null primary key,
  at         timestamptz not null,
  file_token bytea       not null,
  counts     jsonb       not null,
  entry_id   uuid        not null,
  salt       bytea       not null                   -- the content of the commitment is this row: nothing personal in it
);
create trigger history before update or delete or truncate on people_extract
  for each statement execute function openxin_forbid();

grant select, insert, update, delete on people_population to {intake};
grant select, insert, delete, truncate on people_population_staging to {intake};
grant select, insert on people_extract to {intake};
grant select on people_extract to {app};

-- Persons whose documents an official joined: they are read as one (docs/decisions/0018). Where things stand; `people_act` is the
-- history.
create table people_joined (
  person_id uuid   not null,
  persons   uuid[] not null check (person_id = any (persons) and cardinality(persons) > 1),  -- all of the set, in order
  primary key (person_id)
) {by_person};
-- partitions: people_joined

alter table people_joined enable row level security;
alter table people_joined force row level security;
create policy own on people_joined using (
  current_setting('openxin.reader')::uuid is not null
  and (person_id = current_setting('openxin.subject')::uuid
       or person_id = any (current_setting('openxin.joined')::uuid[])));

-- Guardians of minors (民法典 art. 27). Where things stand: a row in the list of either, under their own key; `people_act` is the
-- history. No day stands here in clear: with the last day as a minor it would be a birth date.
create table people_guardianship (
  person_id uuid        not null,
  id        uuid        not null,                   -- the same in both rows
  side      text        not null check (side in ('ward', 'guardian')),   -- which of the two this person is
  other     uuid        not null,                   -- the other one
  sealed    bytea       not null,                   -- the other's name, and the last day of the ward as a minor
  opened_at timestamptz not null,
  ended_at  timestamptz,                            -- null: until the ward is of age
  primary key (person_id, id)
) {by_person};
-- partitions: people_guardianship

alter table people_guardianship enable row level security;
alter table people_guardianship force row level security;
create policy own on people_guardianship using (
  current_setting('openxin.reader')::uuid is not null
  and (person_id = current_setting('openxin.subject')::uuid
       or person_id = any (current_setting('openxin.joined')::uuid[])));
grant select, insert, update (ended_at) on people_guardianship to {app};

-- What officials did about identities. Keyed by its own id, of documents and not of persons: one of the listed exceptions.
create table people_act (
  id          uuid        not null primary key,
  at          timestamptz not null,
  verb        text        not null check (verb in ('verify', 'settle', 'join', 'part', 'entrust', 'release')),
  reason      text        not null,                 -- code of a list of the catalogue, or own_log_in
  login       uuid        not null,
  authority   text,                                 -- null: nobody's official; the person's own verified log-in
  token       bytea       not null,                 -- the document that was in the official's hand
  other_token bytea,                                -- the other one, of a joining; the guardian's, where token is the ward's
  name_was    bytea,                                -- the name's token before it was settled otherwise; null: it stayed
  name_token  bytea       not null,                 -- the name's token afterwards
  entry_id    uuid        not null,
  salt        bytea       not null,                 -- the content of the commitment is this row: nothing personal in clear
  check (authority is not null or (verb = 'verify' and reason = 'own_log_in'))
);
create trigger history before update or delete or truncate on people_act
  for each statement execute function openxin_forbid();

grant select, insert, update, delete on people_joined to {app};
grant select, insert on people_act to {app};
grant select on people_joined to {intake};
