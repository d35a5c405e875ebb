-- A part of what an operator has sent back: up to 500 changes with up to 4 MiB, as all of a part are held at once; one has 2 at most.
SELECT number, source, id, subject, direction, original, receipt FROM (
  SELECT *, sum(octet_length(original)) OVER (ORDER BY number) AS bytes FROM (
    SELECT * FROM concordat.quarantine WHERE state = 'replaying' ORDER BY number LIMIT 500) part) held
WHERE bytes <= 4194304 ORDER BY number
