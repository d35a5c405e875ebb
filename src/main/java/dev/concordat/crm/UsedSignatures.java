package dev.concordat.crm;

import javax.sql.DataSource;
import org.apache.camel.processor.idempotent.jdbc.JdbcMessageIdRepository;

/**
 * The webhook signatures that were used, in the directory, where all bridges see them.
 *
 * <p>Camel's own repository puts a transaction around each look and each entry, and looks again before it enters: five round trips for a
 * webhook. Looking and entering are one statement each, which need none. And it keeps the time as the clocks of the bridge's country show it: two
 * bridges may differ there, and in the hour that a country leaves out, what was just used would be an hour old. So it is kept in UTC.
 *
 * <p>An entry does not wait for the disk: where the database crashes within the next second, the signature could be used once more, and the inbox
 * would find that the change is there already. For each webhook to wait costs more than anything else it does.
 */
public final class UsedSignatures extends JdbcMessageIdRepository {
    public UsedSignatures(DataSource directory) {
        super(directory, "webhook");
        setInsertString("INSERT INTO camel_messageprocessed (processorname, messageid, createdat) "
                + "SELECT ?, ?, CAST(? AS timestamptz) AT TIME ZONE 'UTC' FROM set_config('synchronous_commit', 'off', true) ON CONFLICT DO NOTHING");
    }

    @Override
    public boolean contains(String signature) {
        return queryForInt(signature) > 0;
    }

    @Override
    public boolean add(String signature) {
        return insert(signature) == 1;
    }
}
