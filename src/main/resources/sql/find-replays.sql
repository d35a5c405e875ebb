SELECT number, source, id, subject, direction, original, receipt FROM concordat.quarantine
WHERE state = 'replaying' ORDER BY number LIMIT 500
