-- Contacts are found by the search index, as everywhere else: nothing is compared with these any more.
ALTER TABLE contacts DROP COLUMN name_folded;
ALTER TABLE contacts DROP COLUMN profile_folded;
