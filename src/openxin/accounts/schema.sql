-- Log-ins. The table of users is made by the migration beside this file; what it may be used for stands here.

-- One-time links, of the synthetic city only. Keyed by token, one of the listed exceptions: whoever opens one is nobody yet.
create table accounts_link (
  token      bytea       not null primary key,      -- HMAC of the link's secret: the database alone opens no door
  person_id  uuid,                                  -- whose page it opens;
  authority  text,                                  -- or the desk of which body
  issued_at  timestamptz not null,
  expires_at timestamptz not null,
  used_at    timestamptz,                           -- null: not used yet
  check (num_nonnulls(person_id, authority) = 1)
);

grant select, insert, update (used_at) on accounts_link to {app};

-- The application keeps log-ins; nobody deletes one, since lines of the past name it.
grant select, insert, update on accounts_user to {app};
