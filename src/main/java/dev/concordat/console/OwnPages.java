package dev.concordat.console;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Lets only the console's own pages ask it for anything but a page.
 *
 * <p>There is no login, so what an operator's browser does for another site's page has to be refused here.
 */
final class OwnPages extends Handler.Wrapper {
    private static final Set<String> HOSTS = Set.of("localhost", "127.0.0.1", "[::1]");
    private static final Set<String> OWN = Set.of("same-origin", "none");

    private final List<String> guarded;

    /** Guards the paths that begin with one of the prefixes; the host is checked on every path. */
    OwnPages(Handler handler, List<String> guarded) {
        super(handler);
        this.guarded = guarded;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        if (!HOSTS.contains(Request.getServerName(request))) {
            Response.writeError(request, response, callback, HttpStatus.MISDIRECTED_REQUEST_421);
            return true;
        }
        if (guarded.stream().anyMatch(Request.getPathInContext(request)::startsWith) && !own(request)) {
            Response.writeError(request, response, callback, HttpStatus.FORBIDDEN_403);
            return true;
        }
        return super.handle(request, response, callback);
    }

    private static boolean own(Request request) {
        String self = "http://" + request.getHttpURI().getAuthority();
        return header(request, HttpHeader.ORIGIN.asString()).map(self::equals).orElse(true)
                && header(request, "Sec-Fetch-Site").map(OWN::contains).orElse(true);
    }

    private static Optional<String> header(Request request, String name) {
        return Optional.ofNullable(request.getHeaders().get(name));
    }
}
