-- Which versions of items and themes were published, and with which text. A published version is never changed: a program
-- that brings another text under the same version does not start.
create table catalogue_versions (
    -- code@version
    reference text primary key,
    -- SM3 of the text in canonical form, 64 hexadecimal characters
    sm3 text not null,
    published_at timestamptz not null
);
