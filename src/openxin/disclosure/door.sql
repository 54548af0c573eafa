-- The door out, as the database sees it: what is shown, the line that tells of it and its entry in the ledger, in one call. As the
-- caller, under row security (`store.session.asking` says who reads whom, for which purpose and by which right). What fails here
-- fails whole: whoever does not get their line does not get a record.

-- A refusal that only the database can know. SQLSTATE OX001: the detail is the rule; OX002: the detail is who is read as one.
create function openxin_refuse(rule text) returns void language plpgsql as $$
begin
  raise exception 'refused' using errcode = 'OX001', detail = rule;
end $$;

-- A reading under a grant: it covers this holder, this instant and this form, and is used once more. What it covers.
create function openxin_spend_grant(
  _persons uuid[], _grant uuid, _holder text, _form text, _at timestamptz, out types text[], out records uuid[]
) language plpgsql as $$
declare
  found disclosure_grant;
begin
  -- Held to the end of the transaction: a revocation that comes meanwhile waits, and one that came first is seen.
  select g.* into found from disclosure_grant g where g.person_id = any (_persons) and g.id = _grant for update;
  if found.id is null then
    perform openxin_refuse('grant-absent');
  elsif found.holder <> _holder then
    perform openxin_refuse('grant-other-holder');
  elsif found.revoked_at is not null then
    perform openxin_refuse('grant-revoked');
  elsif _at >= found.until_at then
    perform openxin_refuse('grant-over');
  elsif _at < found.from_at then
    perform openxin_refuse('grant-later');
  elsif found.uses_left = 0 then
    perform openxin_refuse('grant-used');
  elsif _form <> found.form and _form <> 'statement' then
    perform openxin_refuse('smaller-form-first');
  end if;
  update disclosure_grant g set uses_left = g.uses_left - 1 where g.person_id = found.person_id and g.id = _grant;
  types := found.types;
  records := found.records;
end $$;

-- Did the person open this record to others? What was said of the record itself counts before what was said of its type.
create function openxin_opened(_person uuid, _record uuid, _type text) returns boolean language sql stable as $$
  select coalesce(
    (select o.is_open from disclosure_opening o where o.person_id = _person and o.record_id = _record),
    (select o.is_open from disclosure_opening o where o.person_id = _person and o.record_id is null and o.type = _type),
    false)
$$;

create function openxin_disclose(
  _asked    uuid,         -- the person asked about
  _together uuid[],       -- whom the caller takes for read as one with them, in order; are there others, nothing is read
  _login    uuid,
  _holder   text,         -- for whom the log-in acts
  _purpose  text,
  _day      date,
  _at       timestamptz,
  _grant    uuid,         -- null: by another right than a grant
  _form     text,         -- under a grant: how much of each record
  _inbox    boolean,      -- the person is told at once that somebody read
  _whole    boolean,      -- every version, and why it was withdrawn: for the person
  _its_own  boolean,      -- only what this holder sent in
  _types    text[],       -- the types that may be seen, in the order of the groups of the line
  _openable text[],       -- types that are closed until the person opens them
  _seen     text[],       -- of which records: `type/state`, or `type/state/` and four flags (window, suspended, verified, opened)
  _only     uuid[],       -- the records that the right names; null: all
  -- The line: one of each for every person of _together
  _lines    uuid[],
  _entries  uuid[],
  _sealed   bytea[],
  _salts    bytea[],
  _keys     bytea[],
  _epoch    smallint,
  _before   bytea,        -- the text of the line up to its groups, RFC 8785 JSON,
  _heads    bytea[],      -- of each group up to its records,
  _tails    bytea[]       -- and from there on
) returns table (
  id uuid, type text, authority text, state text, annotated boolean, suspended boolean, decided_on date, admitted_on date,
  notice_until date, final_on date, opens date, closes date, erase_on date, person_id uuid, wrapped_key bytea,
  withdrawn_at timestamptz, reason text, number smallint, cause text, at timestamptz, sealed bytea, person_key bytea,
  key_epoch smallint, verified boolean, opened boolean, documents bytea[], document_tokens bytea[], document_types text[],
  document_persons uuid[]
) language plpgsql as $$
#variable_conflict use_column
declare
  persons  uuid[];
  covered  text[];
  named    uuid[] := _only;
  sure     boolean := false;
  sealed_documents bytea[];
  tokens   bytea[];
  document_kinds text[];
  document_of uuid[];
  shown    uuid[];
  shown_of uuid[];
  open_to_others boolean[];
  groups   smallint[];
  mine     uuid[];
  mine_in  smallint[];
  said     bytea;
  commits  bytea := '';
begin
  -- 1 A machine that was closed is known here, however long its token has been taken for good.
  if exists (select from accounts_client c where c.id = _login and c.closed_at is not null) then
    perform openxin_refuse('organisation-closed');
  end if;

  -- 2 Whose: the person's, and of those who are read as one with them.
  select j.persons into persons from people_joined j where j.person_id = _asked;
  if coalesce(persons, array[_asked]) <> _together then
    raise exception 'others are read as one with this person' using errcode = 'OX002', detail = persons::text;
  end if;

  -- 3 By which grant.
  if _grant is not null then
    select g.types, g.records into covered, named from openxin_spend_grant(_together, _grant, _holder, _form, _at) g;
  end if;

  -- 4 Is it certain who they are; and their documents, which tell the year of birth.
  select coalesce(bool_or(i.standing = 'verified'), false), array_agg(i.sealed), array_agg(i.token), array_agg(i.document_type),
         array_agg(i.person_id)
  into sure, sealed_documents, tokens, document_kinds, document_of
  from unnest(_together) as asked (person_id)
  cross join lateral (select * from people_identity i where i.person_id = asked.person_id offset 0) i;

  -- 5 What may be seen.
  select array_agg(r.id), array_agg(r.person_id), array_agg(array_position(_types, r.type)::smallint), array_agg(r.opened)
  into shown, shown_of, groups, open_to_others
  from (
    select r.id, r.person_id, r.type, r.state, r.suspended, o.opened,
           (r.closes is null or r.closes > _day)
             and coalesce(r.opens <= _day, r.type = any (_openable)) as in_window
    from unnest(_together) as asked (person_id)
    cross join lateral (select * from records_record r where r.person_id = asked.person_id offset 0) r
    cross join lateral (select r.type <> all (_openable) or _grant is not null
                               or openxin_opened(r.person_id, r.id, r.type) as opened offset 0) o
    where r.wrapped_key is not null and r.type = any (_types)
      and exists (select from people_person p where p.person_id = r.person_id and p.wrapped_key is not null)
      and (covered is null or r.type = any (covered)) and (named is null or r.id = any (named))
      and (not _its_own or r.authority = _holder)
    order by r.decided_on desc, r.admitted_on desc, r.id
  ) r
  where r.type || '/' || r.state = any (_seen)
     or r.type || '/' || r.state || '/' || r.in_window::int || r.suspended::int || sure::int || r.opened::int = any (_seen);

  -- 6 No line, no reading; no quiet line: ledger.
  for n in 1 .. cardinality(_together) loop
    select coalesce(array_agg(s.id order by s.g, s.i), '{}'), coalesce(array_agg(s.g order by s.g, s.i), '{}') into mine, mine_in
    from unnest(shown, shown_of, groups) with ordinality as s (id, person_id, g, i) where s.person_id = _together[n];
    select _before || coalesce(string_agg(_heads[g.g] || convert_to(g.ids, 'UTF8') || _tails[g.g], ','::bytea order by g.g), '') || ']}'::bytea
    into said
    from (select s.g, string_agg('"' || s.id || '"', ',' order by s.i) as ids
          from unnest(mine, mine_in) with ordinality as s (id, g, i) group by s.g) g;
    insert into records_line (person_id, id, at, kind, entry_id, sealed, records, groups, purpose, body)
    values (_together[n], _lines[n], _at, 'disclosure', _entries[n], _sealed[n], mine, mine_in, _purpose, _holder);
    insert into records_line_key (person_id, line_id, wrapped_key, key_epoch)
    values (_together[n], _lines[n], _keys[n], _epoch);
    if _inbox then
      insert into records_inbox (person_id, id, record_id, kind, at)
      values (_together[n], gen_random_uuid(), _lines[n], 'asked', _at);
    end if;
    commits := commits || sha256(_salts[n] || said);
  end loop;
  insert into ledger_outbox (kind, day, entries, commitments)
  values ('disclosure', _day, (select string_agg(uuid_send(e.id), ''::bytea order by e.n) from unnest(_entries) with ordinality e (id, n)),
          commits);

  -- 7 What is shown, sealed as it is.
  return query
  select r.id, r.type, r.authority, r.state, r.annotated, r.suspended, r.decided_on, r.admitted_on, r.notice_until, r.final_on,
         r.opens, r.closes, r.erase_on, r.person_id, r.wrapped_key, w.at, w.reason, v.number, v.cause, v.at, v.sealed,
         p.wrapped_key, p.key_epoch, sure, s.opened, sealed_documents, tokens, document_kinds, document_of
  from unnest(shown, shown_of, open_to_others) with ordinality as s (id, person_id, opened, i)
  cross join lateral (
    select * from records_record r where r.person_id = s.person_id and r.id = s.id offset 0) r
  join people_person p on p.person_id = s.person_id
  left join lateral (
    select m.at, m.reason from records_move m
    where m.person_id = s.person_id and m.record_id = s.id and m.verb = 'withdraw' order by m.at desc limit 1
  ) w on r.state = 'withdrawn'
  cross join lateral (
    select v.number, v.cause, v.at, v.sealed from records_version v
    where v.person_id = s.person_id and v.record_id = s.id and (_whole or v.number = r.versions) offset 0) v
  order by s.i, v.number;
end $$;
