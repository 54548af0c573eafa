-- Final decisions about persons. `records_record` is where a record stands now; versions and lines are history.

create table records_record (
  person_id     uuid     not null,
  id            uuid     not null,
  type          text     not null,
  authority     text     not null,                 -- id in the catalogue of the body that submitted
  state         text     not null check (state in
                  ('awaiting_finality', 'notice_running', 'in_force', 'withdrawn', 'expired', 'erased')),
  annotated     boolean  not null default false,
  suspended     boolean  not null default false,
  decided_on    date     not null,
  admitted_on   date     not null,
  notice_until  date,                               -- last day of the person's notice; null: none is due
  final_on      date,                               -- null: not final, or not known to be
  opens         date,                               -- first day on which others may see it; null: never as things stand
  closes        date,                               -- first day on which they may no more; null: no end
  erase_on      date,                               -- null: as long as it has no end
  natural_token bytea    not null,
  content_token bytea    not null,
  extras_token  bytea    not null,                  -- status columns and OX_ columns together: has anything else changed?
  versions      smallint not null default 1,
  wrapped_key   bytea,                              -- under the person's key; null: erased
  key_epoch     smallint not null,
  submission_id uuid     not null,
  sheet         smallint not null,
  row           integer  not null,
  -- The one index: what a body sends is looked up by natural key, and a person has few records to look through for an id.
  primary key (person_id, natural_token)
) {by_person};
-- partitions: records_record
-- A few bytes for every run of pages: what one submission made is found without reading the register, and the door is not slowed.
create index records_record_submission on records_record
  using brin (submission_id uuid_bloom_ops (n_distinct_per_range = 64)) with (pages_per_range = 32, autosummarize = on);

create table records_version (
  person_id uuid        not null,
  record_id uuid        not null,
  number    smallint    not null,
  cause     text        not null check (cause in ('admission', 'supplied', 'change')),
  at        timestamptz not null,
  entry_id  uuid        not null,                   -- of the ledger; its salt is sealed in the text
  sealed    bytea       not null,                   -- salt and canonical content, under the record's key
  primary key (person_id, record_id, number)
) {by_person};
-- partitions: records_version

-- Changes of state are history too: who moved it, from where to where, and why.
create table records_move (
  person_id uuid        not null,
  record_id uuid        not null,
  id        uuid        not null,
  at        timestamptz not null,
  verb      text        not null,
  state     text        not null,                   -- the state that it left the record in
  entry_id  uuid        not null,
  salt      bytea       not null,                   -- the content of the commitment is this row: nothing personal in it
  reason    text,                                    -- of the catalogue's list; null: the calendar moved it
  primary key (person_id, record_id, id)
) {by_person};
-- partitions: records_move

-- That a record was withdrawn: the person is told.
create table records_told (
  person_id uuid        not null,
  id        uuid        not null,
  record_id uuid        not null,
  at        timestamptz not null,
  primary key (person_id, id)
) {by_person};
-- partitions: records_told

-- Who looked, and who asked in vain. Written by both doors in the transaction of the reading.
create table records_line (
  person_id uuid        not null,
  id        uuid        not null,
  at        timestamptz not null,
  kind      text        not null check (kind in
                ('disclosure', 'refusal', 'name_question', 'act', 'grant', 'revocation')),
  entry_id  uuid        not null,
  sealed    bytea       not null,                   -- salt and canonical text, under a key of this line's own
  records   uuid[],                                 -- shown by this reading: to be put into the sealed text, each
  groups    smallint[],                             -- into the n-th group of what was shown; null: the text is whole
  check (cardinality(records) = cardinality(groups)),
  -- What auditors count. Of the text, and no more: for which purpose, by whom (a body, or organisation:<id>), which rule refused.
  purpose   text        not null default '',
  body      text        not null default '',
  rule      text        not null default '',
  told      boolean     not null default false,     -- of a reading: the person is told at once, in their inbox
  primary key (person_id, id)
) {by_person};
-- partitions: records_line

-- The person's inbox. Of an admission the record and its first version say everything, and of a reading its line: committed
-- together, each is told with what says it.
create view records_inbox with (security_invoker) as
  select r.person_id, r.id, r.id as record_id, 'admitted' as kind, v.at
  from records_record r join records_version v on v.person_id = r.person_id and v.record_id = r.id and v.number = 1
  where r.notice_until is not null
  union all
  select person_id, id, id, 'asked', at from records_line where told
  union all
  select person_id, id, record_id, 'withdrawn', at from records_told;

-- A key for every line, under the master key: whoever writes one need not read another first. Destroyed with the person's.
create table records_line_key (
  person_id   uuid     not null,
  line_id     uuid     not null,
  wrapped_key bytea,
  key_epoch   smallint not null,
  primary key (person_id, line_id)
) {by_person};
-- partitions: records_line_key

-- What is sealed, and tokens, say nothing by their distribution. Statistics of them would be thirty thousand of each, read and
-- sorted whenever the register has grown by a tenth.
alter table records_record alter natural_token set statistics 0, alter content_token set statistics 0,
  alter extras_token set statistics 0, alter wrapped_key set statistics 0;
alter table records_version alter sealed set statistics 0;

do $$
declare t text;
begin
  foreach t in array array['records_record', 'records_version', 'records_move', 'records_told', 'records_line',
                           'records_line_key'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
  end loop;
  foreach t in array array['records_version', 'records_move', 'records_line'] loop
    execute format('create trigger history before update or delete or truncate on %I
                    for each statement execute function openxin_forbid()', t);
  end loop;
  -- The person, and their guardian, for themselves: whatever there is.
  foreach t in array array['records_record', 'records_version', 'records_move', 'records_line', 'records_line_key'] loop
    execute format($p$create policy own on %I for select using (
      current_setting('openxin.reader')::uuid is not null
      and current_setting('openxin.asks', true) in ('self/own', 'self/ward')
      and (person_id = current_setting('openxin.subject')::uuid
           or person_id = any (current_setting('openxin.joined')::uuid[])))$p$, t);
  end loop;
  -- Whoever reads, and whoever was refused, leaves a line with the person: reading none of those that are there.
  foreach t in array array['records_line', 'records_line_key'] loop
    execute format($p$create policy tell on %I for insert with check (
      current_setting('openxin.reader')::uuid is not null
      and (person_id = current_setting('openxin.subject')::uuid
           or person_id = any (current_setting('openxin.joined')::uuid[])))$p$, t);
  end loop;
end $$;
create policy own on records_told using (
  current_setting('openxin.reader')::uuid is not null
  and (person_id = current_setting('openxin.subject')::uuid or person_id = any (current_setting('openxin.joined')::uuid[])));

-- Others, for a purpose and by a right that the door out named: what is in force, stands unsuspended, and is inside its window on
-- the day that they ask. Which of these they see is asked of the law (catalogue/access.cedar); without it they see none but these.
create policy others on records_record for select using (
  current_setting('openxin.reader')::uuid is not null
  and current_setting('openxin.asks', true) in
    ('report/grant', 'statutory-check/duty', 'permit-decision/permit', 'case/case', 'honour-verify/award', 'audit/warrant')
  and (person_id = current_setting('openxin.subject')::uuid or person_id = any (current_setting('openxin.joined')::uuid[]))
  and state = 'in_force' and not suspended
  and (closes is null or closes > nullif(current_setting('openxin.day', true), '')::date)
  and (opens <= nullif(current_setting('openxin.day', true), '')::date
       or opens is null and type = any (nullif(current_setting('openxin.openable', true), '')::text[])));
create policy others on records_version for select using (
  current_setting('openxin.reader')::uuid is not null
  and current_setting('openxin.asks', true) in
    ('report/grant', 'statutory-check/duty', 'permit-decision/permit', 'case/case', 'honour-verify/award', 'audit/warrant')
  and (person_id = current_setting('openxin.subject')::uuid or person_id = any (current_setting('openxin.joined')::uuid[]))
  and exists (select from records_record r where r.person_id = records_version.person_id and r.id = record_id
              and r.versions = number));

-- Tasks go over many records at once: what is due by the calendar is moved (`expire`), and what a submission made is taken back
-- (`take_back`), by a task that reads no sealed column; a body supplies dates to records that it sent (`supply`), compared with
-- what is sealed and shown to nobody. One policy for all of them: each more is prepared with every reading.
create policy tasks on records_record using (
  current_setting('openxin.reader')::uuid is not null and current_setting('openxin.task') in ('expire', 'supply', 'take_back'));
create policy tasks on records_version using (
  current_setting('openxin.reader')::uuid is not null and current_setting('openxin.task') = 'supply');
create policy tasks on records_move for insert with check (
  current_setting('openxin.reader')::uuid is not null and current_setting('openxin.task') in ('expire', 'take_back'));
create policy tasks on records_told for insert with check (
  current_setting('openxin.reader')::uuid is not null and current_setting('openxin.task') = 'take_back');

-- An auditor's sample is drawn by chance from all records: where they are and of which type, no sealed column.
create policy audit on records_record for select using (
  current_setting('openxin.reader')::uuid is not null and current_setting('openxin.task') = 'audit');

-- `ledger reconcile` compares entry ids with the tree; it reads no sealed column.
create policy reconcile on records_version for select using (
  current_setting('openxin.reader')::uuid is not null and current_setting('openxin.task') = 'reconcile');
create policy reconcile on records_move for select using (
  current_setting('openxin.reader')::uuid is not null and current_setting('openxin.task') = 'reconcile');
create policy reconcile on records_line for select using (
  current_setting('openxin.reader')::uuid is not null and current_setting('openxin.task') = 'reconcile');

-- Auditors count lines by month, purpose, body and rule; no sealed column is read.
create policy figures on records_line for select using (
  current_setting('openxin.reader')::uuid is not null and current_setting('openxin.task') = 'figures');

grant select, insert, update on records_record, records_line_key to {app};
grant select, insert on records_version, records_move, records_told, records_line to {app};
grant select on records_inbox to {app};
grant insert on records_record, records_version, records_line, records_line_key to {intake};
grant select (person_id, id, type, state, natural_token, content_token, extras_token, submission_id, sheet, row)
  on records_record to {intake};
