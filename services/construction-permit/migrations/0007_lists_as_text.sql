-- Nobody looks into a list in the database: as text it is stored and read at once.
alter table lists alter column list type json using list::json;
