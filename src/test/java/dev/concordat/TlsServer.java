package dev.concordat;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.FileInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/** A server on loopback that shakes hands in TLS and says nothing more; as PostgreSQL does it, or at once as HTTPS does. */
public final class TlsServer implements AutoCloseable {
    private static final String PASSWORD = "correct-horse";
    /** What PostgreSQL is asked for TLS with. */
    private static final int QUESTION = 8;

    private final ServerSocket socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final SSLContext context;
    private final boolean asked;

    /** @param asked as PostgreSQL is, before TLS begins */
    public TlsServer(Path store, boolean asked) throws Exception {
        this.context = context(store);
        this.asked = asked;
        var thread = new Thread(this::serve, "tls-server");
        thread.setDaemon(true);
        thread.start();
    }

    /** Makes a key that has signed itself, for a name such as {@code ip:127.0.0.1}; its certificate is beside it, with the ending {@code .pem}. */
    public static Path key(Path store, String password, String name) throws Exception {
        keytool("-genkeypair", "-alias", "server", "-keyalg", "EC", "-dname", "CN=" + store.getFileName(), "-ext", "SAN=" + name, "-storetype", "PKCS12",
                "-keystore", store.toString(), "-storepass", password);
        keytool("-exportcert", "-rfc", "-alias", "server", "-keystore", store.toString(), "-storepass", password, "-file", store + ".pem");
        return store;
    }

    /** See {@link #key(Path, String, String)}. */
    public static Path key(Path store, String name) throws Exception {
        return key(store, PASSWORD, name);
    }

    private static void keytool(String... arguments) throws Exception {
        var command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "keytool").toString()));
        command.addAll(List.of(arguments));
        var run = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(run.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(run.waitFor()).as(said).isZero();
    }

    /** Of a server with such a key. */
    static SSLContext context(Path store) throws Exception {
        var keys = KeyStore.getInstance("PKCS12");
        try (var in = new FileInputStream(store.toFile())) {
            keys.load(in, PASSWORD.toCharArray());
        }
        var managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, PASSWORD.toCharArray());
        // Whoever has its own key may show that.
        var trusted = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trusted.init(keys);
        var context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), trusted.getTrustManagers(), null);
        return context;
    }

    private void serve() {
        while (!socket.isClosed()) {
            try (var plain = socket.accept()) {
                shakeHands(plain);
            } catch (IOException e) {
                // Whoever does not trust it hangs up.
            }
        }
    }

    private void shakeHands(Socket plain) throws IOException {
        if (asked) {
            plain.getInputStream().readNBytes(QUESTION);
            plain.getOutputStream().write('S');
        }
        try (var tls = (SSLSocket) context.getSocketFactory().createSocket(plain, "client", plain.getPort(), true)) {
            tls.setUseClientMode(false);
            tls.setWantClientAuth(true);
            tls.startHandshake();
        }
    }

    public int port() {
        return socket.getLocalPort();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
