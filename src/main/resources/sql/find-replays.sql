-- A part of what an operator has sent back: up to 500 changes and, but for the first, up to 4 MiB of them, as all of a part are held at once.
SELECT number, source, id, subject, direction, original, receipt FROM (
  SELECT *, sum(octet_length(original)) OVER (ORDER BY number) AS bytes FROM (
    SELECT * FROM concordat.quarantine WHERE state = 'replaying' ORDER BY number LIMIT 500) part) held
WHERE bytes <= 4194304 OR bytes = octet_length(original) ORDER BY number
