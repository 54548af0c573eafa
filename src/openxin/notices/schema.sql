-- Alerts: what auditors are told of. Who and which kind, never what about. Keyed by their own id, of log-ins and bodies and not of
-- persons: one of the listed exceptions.

create table notices_alert (
  id      uuid        not null primary key,
  kind    text        not null,
  holder  text        not null,                     -- the body, or organisation:<id>; empty: nobody's log-in but their own
  login   uuid,                                     -- whose doing it was; null: nobody's in particular
  at      timestamptz not null,
  seen_by uuid,                                     -- the auditor who looked into it first
  seen_at timestamptz,
  check ((seen_by is null) = (seen_at is null))
);
create index on notices_alert (at desc, id) where seen_at is null;
create index on notices_alert (kind, holder, login, at);

-- What becomes an alert when it is repeated. A row is kept for as long as it counts.
create table notices_repeated (
  id     uuid        not null primary key,
  kind   text        not null,
  holder text        not null,
  login  uuid        not null,
  at     timestamptz not null
);
create index on notices_repeated (kind, holder, login, at);

grant select, insert on notices_alert to {app};
grant update (seen_by, seen_at) on notices_alert to {app};
grant select, insert, update, delete on notices_repeated to {app};   -- update: what counts no more is locked, then deleted
