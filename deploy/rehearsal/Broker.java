import java.util.List;
import java.util.Map;
import org.apache.activemq.broker.BrokerPlugin;
import org.apache.activemq.broker.BrokerService;
import org.apache.activemq.security.AuthenticationUser;
import org.apache.activemq.security.SimpleAuthenticationPlugin;
import org.apache.activemq.store.kahadb.KahaDBPersistenceAdapter;

/** An ActiveMQ broker in a process of its own, with a login and KahaDB as in docker-compose.yml: port, folder. */
final class Broker {
    public static void main(String[] arguments) throws Exception {
        var environment = System.getenv();
        var users = new SimpleAuthenticationPlugin(List.of(new AuthenticationUser(
                environment.get("ACTIVEMQ_CONNECTION_USER"), environment.get("ACTIVEMQ_CONNECTION_PASSWORD"), "")));
        var store = new KahaDBPersistenceAdapter();
        store.setDirectory(new java.io.File(arguments[1]));
        var broker = new BrokerService();
        broker.setBrokerName("rehearsal");
        broker.setPersistenceAdapter(store);
        broker.setPlugins(new BrokerPlugin[] {users});
        broker.setUseJmx(false);
        broker.addConnector("tcp://127.0.0.1:" + arguments[0]);
        broker.start();
        broker.waitUntilStopped();
    }
}
