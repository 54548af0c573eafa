-- The door in: submissions, how far each has come, and the rows that wait. No person is named here; what waits is sealed.

create table intake_submission (
  id             uuid        not null primary key,
  file_token     bytea       not null,
  authority      text        not null,
  type           text        not null,
  opened_on      date        not null,              -- the day under which every row of it is judged, however often it resumes
  opened_at      timestamptz not null,
  catalogue_hash bytea       not null,
  shards         smallint    not null,
  identity_key   smallint    not null,              -- number of the key whose tokens divide it, though another may be current by now
  chunk_rows     integer     not null,
  chunks         integer,                           -- null until pass 1 has stored its verdicts
  finished_at    timestamptz,
  finished_on    date,                              -- the day from which the days run in which its body may take it back
  receipt        jsonb,
  unique (file_token, authority, type)
);

create table intake_chunk (                         -- a part that is done: one shard of some chunks
  submission_id uuid     not null references intake_submission on delete cascade,
  chunk         integer  not null,                  -- the first of them; below zero: what pass 3 did of the part
  shard         smallint not null,
  rows          integer  not null,
  admitted      integer  not null,
  duplicates    integer  not null,
  quarantined   integer  not null,
  refused       integer  not null,
  noted         jsonb    not null,                  -- duplicate rows and notes: places and codes, no value
  primary key (submission_id, chunk, shard)
);

create table intake_verdict (                       -- in-file verdicts, stored before anything is admitted
  submission_id uuid     not null references intake_submission on delete cascade,
  shard         smallint not null,                  -- of the row's number
  sheet         smallint not null,
  row           integer  not null,
  code          text     not null,
  primary key (submission_id, shard, row, sheet, code)
);

create table intake_waiting (
  id            uuid        not null primary key,
  submission_id uuid        not null references intake_submission on delete cascade,
  sheet         smallint    not null,
  row           integer     not null,
  authority     text        not null,
  type          text        not null,
  problems      jsonb       not null,               -- [[field, code], ...]: no value
  identity_token bytea,                             -- null: its number is not sound. An equal row has the same one
  row_token     bytea,                              -- of the whole row: an equal row replaces it; null: closed
  sealed        bytea,                              -- its cells, under its own key; null: closed
  wrapped_key   bytea,
  key_epoch     smallint    not null,
  waits_until   date        not null,
  closed_by     text check (closed_by in ('mended', 'admitted', 'replaced', 'expired', 'taken_back', 'given_up')),
  unique (submission_id, sheet, row)
);
create index intake_waiting_equal on intake_waiting (row_token) where closed_by is null;
create index intake_waiting_identity on intake_waiting (identity_token) where closed_by is null;

create table intake_mending (                       -- a waiting row was mended at the desk: by whom, when, and whose place it keeps
  file_token    bytea       not null,               -- of the file of one row that was handed in for it, as its submission has it
  authority     text        not null,
  type          text        not null,
  submission_id uuid        not null references intake_submission on delete cascade,  -- in whose list it stands
  sheet         smallint    not null,               -- its place there
  row           integer     not null,
  login         uuid        not null,
  at            timestamptz not null,
  primary key (file_token, authority, type)
);
create index intake_mending_list on intake_mending (submission_id);

create table intake_given_up (                      -- a body gave a waiting row up: by whom and when; what it said is destroyed
  reference     uuid        not null primary key references intake_waiting on delete cascade,
  login         uuid        not null,
  at            timestamptz not null
);

create table intake_check (                         -- a file was judged and nothing kept: that it was asked stays
  id         uuid        not null primary key,
  at         timestamptz not null,
  authority  text        not null,
  type       text        not null,
  file_token bytea       not null,
  counts     jsonb       not null,
  entry_id   uuid        not null,
  salt       bytea       not null                   -- the content of the commitment is this row: nothing personal in it
);

create table intake_taken_back (                    -- a body took back what it had sent: who, when, why, how much
  submission_id uuid        not null primary key references intake_submission,
  at            timestamptz not null,
  day           date        not null,
  login         uuid        not null,
  reason        text        not null,               -- of the catalogue's list
  records       integer     not null,
  waiting       integer     not null
);

create table intake_supplied (                      -- a clerk filled dates in on the desk: who, when, for how many rows
  id            uuid        not null primary key,
  submission_id uuid        not null references intake_submission,
  at            timestamptz not null,
  day           date        not null,
  login         uuid        not null,
  records       integer     not null
);

create table intake_refused (
  submission_id uuid     not null references intake_submission on delete cascade,
  sheet         smallint not null,
  row           integer  not null,
  problems      jsonb    not null,
  primary key (submission_id, sheet, row)
);

grant select, insert, update, delete on intake_submission, intake_chunk, intake_verdict, intake_waiting, intake_refused
  to {intake};
grant select, insert on intake_check, intake_mending, intake_given_up to {intake};
grant select on intake_check, intake_mending, intake_given_up to {app};
grant insert, update on intake_chunk, intake_submission to {app};
grant select on intake_submission, intake_chunk, intake_verdict, intake_waiting, intake_refused to {app};
grant update (problems, sealed, wrapped_key, row_token, identity_token, closed_by) on intake_waiting to {app};
grant select, insert on intake_taken_back, intake_supplied to {app};
grant select on intake_taken_back to {intake};

create table intake_upload (                        -- a file that came in at the desk: received, checked, confirmed, admitted
  id               uuid        not null primary key,
  authority        text        not null,
  type             text        not null,
  login            uuid        not null,            -- who handed it in
  received_at      timestamptz not null,
  size_bytes       bigint      not null,
  file_tokens      bytea[]     not null,            -- under which a submission of the same bytes may stand
  state            text        not null
    check (state in ('received', 'checking', 'checked', 'confirmed', 'admitting', 'done', 'refused', 'discarded')),
  changed_at       timestamptz not null,
  kept_until       date        not null,            -- nobody confirmed it by the end of this day: it is discarded
  confirms_itself  boolean     not null default false,  -- whoever handed it in confirmed it beforehand, if nothing contradicts
  decided_by       uuid,                            -- who confirmed or discarded it; null: nobody yet, or its term ended
  decided_at       timestamptz,
  taken_up         integer     not null default 0,  -- how often the work on it was begun: what fails goes to the end of the line
  rows_done        integer     not null default 0,
  rows_total       integer,                         -- null until it was checked
  was_known        boolean     not null default false,  -- the same bytes were a finished submission before
  submission_id    uuid,
  refused_with     text,
  sealed_name      bytea,                           -- what the file was called; null when the upload is long over
  sealed_refusal   bytea,                           -- why it was refused whole, in words; a title of the file may stand there
  wrapped_key      bytea,                           -- of these two
  key_epoch        smallint    not null,
  sealed_preview   bytea,                           -- under the key of the file, and gone with it
  wrapped_file_key bytea,                           -- null: the upload has ended, and its spooled file is noise
  file_key_epoch   smallint    not null,
  check ((state in ('done', 'refused', 'discarded')) = (wrapped_file_key is null)),
  check (sealed_preview is null or wrapped_file_key is not null)
);
create index intake_upload_of_body on intake_upload (authority, received_at desc);
create index intake_upload_open on intake_upload (state) where wrapped_file_key is not null;

grant select, insert, update on intake_upload to {app};
grant select, update on intake_upload to {intake};
