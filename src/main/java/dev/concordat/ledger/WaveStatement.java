package dev.concordat.ledger;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Iterator;
import org.apache.camel.Exchange;
import org.apache.camel.component.sql.SqlPrepareStatementStrategy;
import org.postgresql.core.BaseConnection;

/**
 * How camel-sql prepares the statement of a {@link Wave} or of the plain changes of a {@link Portion}, which are the message's body: as it was compiled.
 *
 * <p>Camel's own way looks for the names of the parameters in the text of the statement, three times for each wave. For small waves that
 * is a sixth of all the bridge's processor time.
 */
public final class WaveStatement implements SqlPrepareStatementStrategy {
    /** The parameters of one statement, and how long it may take: 0 for as long as it will. */
    private record Parameters(Iterator<Object> each, int seconds) implements Iterator<Object> {
        @Override
        public boolean hasNext() {
            return each.hasNext();
        }

        @Override
        public Object next() {
            return each.next();
        }
    }

    @Override
    public String prepareQuery(String query, boolean allowNamedParameters, Exchange exchange) {
        return exchange.getMessage().getBody(Writing.class).sql();
    }

    @Override
    public Iterator<?> createPopulateIterator(String query, String prepared, int expected, Exchange exchange, Object writing) {
        return parameters((Writing) writing);
    }

    static Iterator<?> parameters(Writing writing) {
        return new Parameters(writing.parameters().iterator(), writing.seconds());
    }

    @Override
    public void populateStatement(PreparedStatement statement, Iterator<?> parameters, int expected) throws SQLException {
        statement.setQueryTimeout(((Parameters) parameters).seconds());
        var connection = statement.getConnection().unwrap(BaseConnection.class);
        for (int i = 1; parameters.hasNext(); i++) {
            Object parameter = parameters.next();
            statement.setObject(i, parameter instanceof String[] texts ? TextArray.of(texts, connection) : parameter);
        }
    }
}
