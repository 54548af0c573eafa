-- The door out, as the database sees it: what is shown, the line that tells of it and its entry in the ledger, in one call. As the
-- caller, under row security (`store.session.asked` says who reads whom, for which purpose and by which right). What fails here
-- fails whole: whoever does not get their line does not get a record.

-- A refusal that only the database can know. SQLSTATE OX001: the detail is the rule; OX002: the detail is who is read as one.
create function openxin_refuse(rule text) returns void language plpgsql as $$
begin
  raise exception 'refused' using errcode = 'OX001', detail = rule;
end $$;

-- Why a grant does not cover this reading. It did not, a moment ago: what it was is seen now.
create function openxin_refuse_grant(_persons uuid[], _grant uuid, _holder text, _at timestamptz) returns void
language plpgsql as $$
declare
  found disclosure_grant;
begin
  select g.* into found from disclosure_grant g where g.person_id = any (_persons) and g.id = _grant;
  perform openxin_refuse(case
    when found.id is null then 'grant-absent'
    when found.holder <> _holder then 'grant-other-holder'
    when found.revoked_at is not null then 'grant-revoked'
    when _at >= found.until_at then 'grant-over'
    when _at < found.from_at then 'grant-later'
    when found.uses_left = 0 then 'grant-used'
    else 'smaller-form-first' end);
end $$;

-- Did the person open this record to others? What was said of the record itself counts before what was said of its type.
create function openxin_opened(_person uuid, _record uuid, _type text) returns boolean language sql stable as $$
  select coalesce(
    (select o.is_open from disclosure_opening o where o.person_id = _person and o.record_id = _record),
    (select o.is_open from disclosure_opening o where o.person_id = _person and o.record_id is null and o.type = _type),
    false)
$$;

-- One version of a record that is shown, sealed as it is; the first row of an answer has the documents too.
create type openxin_shown as (
  id uuid, type text, authority text, state text, annotated boolean, suspended boolean, decided_on date, admitted_on date,
  notice_until date, final_on date, opens date, closes date, erase_on date, person_id uuid, wrapped_key bytea,
  withdrawn_at timestamptz, reason text, number smallint, cause text, at timestamptz, sealed bytea, person_key bytea,
  key_epoch smallint, verified boolean, opened boolean, documents bytea[], document_tokens bytea[], document_types text[],
  document_persons uuid[]
);

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
) returns setof openxin_shown language plpgsql as $$
#variable_conflict use_column
declare
  closed     boolean;
  persons    uuid[];
  sure       boolean;
  documents_sealed bytea[];
  tokens     bytea[];
  kinds      text[];
  document_of uuid[];
  covered    text[];
  named      uuid[] := _only;
  shown      openxin_shown[];
  ids        uuid[];      -- the same records,
  in_group   smallint[];  -- and the groups of the line in which they are
  said       bytea;       -- the text of the line: groups one after the other, each with its records
  one        openxin_shown;
begin
  -- 1 A machine that was closed is known here, however long its token has been taken for good. Whose: the person's, and of those
  --   who are read as one with them. Is it certain who they are; and their documents, which tell the year of birth.
  select exists (select from accounts_client c where c.id = _login and c.closed_at is not null),
         coalesce((select j.persons from people_joined j where j.person_id = _asked), array[_asked]),
         coalesce(bool_or(i.standing = 'verified'), false), array_agg(i.sealed), array_agg(i.token), array_agg(i.document_type),
         array_agg(i.person_id)
  into closed, persons, sure, documents_sealed, tokens, kinds, document_of
  from unnest(_together) as asked (person_id)
  cross join lateral (select * from people_identity i where i.person_id = asked.person_id offset 0) i;
  if closed then
    perform openxin_refuse('organisation-closed');
  elsif persons <> _together then
    raise exception 'others are read as one with this person' using errcode = 'OX002', detail = persons::text;
  end if;

  -- 2 By which grant: it covers this holder, this instant and this form, and is used once more. Its row is held to the end of the
  --   transaction: a revocation that comes meanwhile waits, and one that came first is seen.
  if _grant is not null then
    update disclosure_grant g set uses_left = g.uses_left - 1
    where g.person_id = any (_together) and g.id = _grant and (g.holder is null or g.holder = _holder) and g.revoked_at is null
      and g.from_at <= _at and _at < g.until_at and g.uses_left > 0 and _form in (g.form, 'statement')
    returning g.types, g.records into covered, named;
    if covered is null then
      perform openxin_refuse_grant(_together, _grant, _holder, _at);
    end if;
  end if;

  for n in 1 .. cardinality(_together) loop
    -- 3 What may be seen of each, in the order of the line: to others what it says now, to the person every version.
    select array_agg(s.one), array_agg(s.id) filter (where s.is_now), array_agg(s.g) filter (where s.is_now)
    into shown, ids, in_group
    from (
      select row(r.id, r.type, r.authority, r.state, r.annotated, r.suspended, r.decided_on, r.admitted_on, r.notice_until,
                 r.final_on, r.opens, r.closes, r.erase_on, r.person_id, r.wrapped_key, null, null, v.number, v.cause, v.at,
                 v.sealed, p.wrapped_key, p.key_epoch, sure, o.opened, null, null, null, null)::openxin_shown as one,
             r.id, v.number = r.versions as is_now, array_position(_types, r.type)::smallint as g
      from records_record r
      join people_person p on p.person_id = r.person_id
      cross join lateral (
        select r.type <> all (_openable) or _grant is not null or openxin_opened(r.person_id, r.id, r.type) as opened,
               (r.closes is null or r.closes > _day) and coalesce(r.opens <= _day, r.type = any (_openable)) as in_window
        offset 0) o
      join records_version v on v.person_id = r.person_id and v.record_id = r.id and (v.number = r.versions or _whole)
      where r.person_id = _together[n] and r.wrapped_key is not null and p.wrapped_key is not null and r.type = any (_types)
        and (covered is null or r.type = any (covered)) and (named is null or r.id = any (named))
        and (not _its_own or r.authority = _holder)
        and (r.type || '/' || r.state = any (_seen)
             or r.type || '/' || r.state || '/' || o.in_window::int || r.suspended::int || sure::int || o.opened::int = any (_seen))
      order by g, r.decided_on desc, r.admitted_on desc, r.id, v.number
    ) s;

    -- 4 No line, no reading; no quiet line: ledger.
    said := _before;
    for i in 1 .. coalesce(cardinality(ids), 0) loop
      said := said || case
        when i = 1 then _heads[in_group[i]]
        when in_group[i] = in_group[i - 1] then ','
        else _tails[in_group[i - 1]] || ',' || _heads[in_group[i]] end || convert_to('"' || ids[i] || '"', 'UTF8');
    end loop;
    said := said || coalesce(_tails[in_group[cardinality(ids)]], '') || ']}';
    with line as (
      insert into records_line (person_id, id, at, kind, entry_id, sealed, records, groups, purpose, body, told)
      values (_together[n], _lines[n], _at, 'disclosure', _entries[n], _sealed[n], coalesce(ids, '{}'), coalesce(in_group, '{}'),
              _purpose, _holder, _inbox)
    ), line_key as (
      insert into records_line_key (person_id, line_id, wrapped_key, key_epoch)
      values (_together[n], _lines[n], _keys[n], _epoch)
    )
    insert into ledger_outbox (kind, day, entries, commitments)
    values ('disclosure', _day, uuid_send(_entries[n]), sha256(_salts[n] || said));

    -- 5 It is shown, sealed as it is; of what was withdrawn the person is told why; and once the documents.
    foreach one in array coalesce(shown, '{}') loop
      if documents_sealed is not null then
        one.documents := documents_sealed;
        one.document_tokens := tokens;
        one.document_types := kinds;
        one.document_persons := document_of;
        documents_sealed := null;
      end if;
      if _whole and one.state = 'withdrawn' then
        select m.at, m.reason into one.withdrawn_at, one.reason from records_move m
        where m.person_id = one.person_id and m.record_id = one.id and m.verb = 'withdraw' order by m.at desc limit 1;
      end if;
      return next one;
    end loop;
  end loop;
end $$;
