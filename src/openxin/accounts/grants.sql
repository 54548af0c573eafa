-- The application keeps log-ins; nobody deletes one, since lines of the past name it.
grant select, insert, update on accounts_user to {app};
