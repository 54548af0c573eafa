-- Grants ----------------------------------------------------------------------------------------------------------------------
-- Where each stands. That it was given and revoked, to whom and for what, are lines of the person and leaves: the history.
create table disclosure_grant (
  person_id  uuid        not null,
  id         uuid        not null,
  holder     text,                                  -- a body of the catalogue, or organisation:<id>; null: whoever has the code
  token      bytea       not null,                  -- of the one way in to it: whoever presents that may see it
  types      text[]      not null check (cardinality(types) > 0),
  records    uuid[],                                -- null: all of these types
  form       text        not null check (form in ('statement', 'extract')),
  purpose    text        not null,                  -- what the person said it is for: of the catalogue's list
  from_at    timestamptz not null,
  until_at   timestamptz not null,                  -- the first instant at which it covers nothing any more
  uses       smallint    not null check (uses > 0),
  uses_left  smallint    not null check (uses_left between 0 and uses),
  given_at   timestamptz not null,
  revoked_at timestamptz,
  check (from_at < until_at),
  primary key (person_id, id)
) {by_person};
-- partitions: disclosure_grant

-- The one way to a grant for whoever is not its person: what they present. Keyed by token, not by person: one of the listed
-- exceptions.
create table disclosure_way_in (
  token     bytea not null,                         -- HMAC of the holder, or of the code
  person_id uuid  not null,
  grant_id  uuid  not null,
  primary key (token, grant_id)
);

-- Contests --------------------------------------------------------------------------------------------------------------------
-- A person says that a line of theirs should not be there. Where it stands; that it was contested and answered are lines.
create table disclosure_contest (
  person_id   uuid        not null,
  line_id     uuid        not null,
  id          uuid        not null,
  at          timestamptz not null,
  line_at     timestamptz not null,
  line_kind   text        not null,
  body        text        not null,                 -- whose log-in the line names; empty: nobody's official
  purpose     text        not null,
  answered_at timestamptz,
  answered_by uuid,
  answer      text,                                 -- code of a list of the catalogue
  check (num_nonnulls(answered_at, answered_by, answer) in (0, 3)),
  primary key (person_id, line_id)
) {by_person};
-- partitions: disclosure_contest

-- Warrants --------------------------------------------------------------------------------------------------------------------
-- An auditor opens records by chance, never by choice: a sample drawn for a reason of the catalogue's list.
create table disclosure_warrant (
  id       uuid        not null primary key,
  login    uuid        not null,
  reason   text        not null,
  drawn_at timestamptz not null,
  drawn    smallint    not null
);
create trigger history before update or delete or truncate on disclosure_warrant
  for each statement execute function openxin_forbid();

create table disclosure_sampled (
  person_id  uuid        not null,
  warrant_id uuid        not null,
  number     smallint    not null,                  -- in the sample: all that the auditor knows before opening it
  record_id  uuid        not null,
  type       text        not null,
  opened_at  timestamptz,                           -- once
  primary key (person_id, warrant_id, number)
) {by_person};
-- partitions: disclosure_sampled

do $$
declare t text;
begin
  foreach t in array array['disclosure_grant', 'disclosure_way_in', 'disclosure_contest', 'disclosure_sampled'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format($p$create policy own on %I using (
      current_setting('openxin.reader')::uuid is not null
      and (person_id = current_setting('openxin.subject')::uuid
           or person_id = any (current_setting('openxin.joined')::uuid[])))$p$, t);
  end loop;
end $$;
do $$
declare t text;
begin
  foreach t in array array['disclosure_grant', 'disclosure_way_in'] loop
    execute format($p$create policy presented on %I for select using (
      current_setting('openxin.reader')::uuid is not null and token = decode(current_setting('openxin.token'), 'hex'))$p$, t);
  end loop;
end $$;
-- Auditors see that lines were contested, and of which body; not whose they are.
create policy audit on disclosure_contest using (
  current_setting('openxin.reader')::uuid is not null and current_setting('openxin.task') = 'audit');
create policy audit on disclosure_sampled using (
  current_setting('openxin.reader')::uuid is not null and current_setting('openxin.task') = 'audit');

grant select, insert on disclosure_grant, disclosure_way_in, disclosure_contest, disclosure_warrant, disclosure_sampled to {app};
grant update (uses_left, revoked_at) on disclosure_grant to {app};
grant update (answered_at, answered_by, answer) on disclosure_contest to {app};
grant update (opened_at) on disclosure_sampled to {app};

-- Assignments -----------------------------------------------------------------------------------------------------------------
-- Which official works on which person's record, under which reference of a case: what a reading for a case rests on.
create table disclosure_assignment (
  person_id uuid        not null,
  id        uuid        not null,
  record_id uuid        not null,
  reference text        not null check (reference ~ '^[A-Z0-9][A-Z0-9-]{0,31}$'),   -- number of the case: no words, no names
  officer   uuid        not null,                   -- the case officer's log-in
  opened_at timestamptz not null,
  closed_at timestamptz,                            -- from then on they may no longer read it
  primary key (person_id, id)
) {by_person};
-- partitions: disclosure_assignment
create unique index on disclosure_assignment (person_id, record_id, officer) where closed_at is null;
create index on disclosure_assignment (officer) where closed_at is null;

-- An officer sees what is assigned to them, whoever it is about.
alter table disclosure_assignment enable row level security;
alter table disclosure_assignment force row level security;
create policy own on disclosure_assignment using (
  current_setting('openxin.reader')::uuid is not null
  and (person_id = current_setting('openxin.subject')::uuid
       or person_id = any (current_setting('openxin.joined')::uuid[])
       or officer = current_setting('openxin.reader')::uuid));
grant select, insert, update (closed_at) on disclosure_assignment to {app};

-- Openings --------------------------------------------------------------------------------------------------------------------
-- What the person opened to others, of the types that are closed until they do. Where it stands; that it was opened and closed are
-- lines of theirs, each with its leaf.
create table disclosure_opening (
  person_id uuid        not null,
  type      text        not null,
  record_id uuid,                                   -- null: all of this type; what was said of one record counts first
  is_open   boolean     not null,
  at        timestamptz not null,
  unique nulls not distinct (person_id, type, record_id)
) {by_person};
-- partitions: disclosure_opening
alter table disclosure_opening enable row level security;
alter table disclosure_opening force row level security;
create policy own on disclosure_opening using (
  current_setting('openxin.reader')::uuid is not null
  and (person_id = current_setting('openxin.subject')::uuid
       or person_id = any (current_setting('openxin.joined')::uuid[])));
grant select, insert, update (is_open, at) on disclosure_opening to {app};

-- Leases ----------------------------------------------------------------------------------------------------------------------
-- How much of a budget processes have taken to count down themselves. No person: keyed by its own id. A row is kept for as long as
-- it counts.
create table disclosure_lease (
  id     uuid        not null primary key,
  budget text        not null,                      -- id in catalogue/budgets.toml
  whose  text        not null,                      -- a log-in, or the body for which it acts
  at     timestamptz not null,
  units  integer     not null check (units >= 0)    -- what was not used in time is given back
);
create index on disclosure_lease (budget, whose, at);
grant select, insert, delete, update (units) on disclosure_lease to {app};
