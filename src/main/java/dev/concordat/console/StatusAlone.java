package dev.concordat.console;

import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.eclipse.jetty.ee10.servlet.ErrorPageErrorHandler;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.eclipse.jetty.http.HttpStatus;

/**
 * Says no more of what goes wrong in the console than its status, in HTML, JSON and plain text alike.
 *
 * <p>Whoever comes may cause it without a login, and exceptions tell of the inside.
 */
final class StatusAlone extends ErrorPageErrorHandler {
    @Override
    protected void generateAcceptableResponse(ServletContextRequest base, HttpServletRequest request, HttpServletResponse response, int code,
            String message) throws IOException {
        request.removeAttribute(RequestDispatcher.ERROR_EXCEPTION);
        super.generateAcceptableResponse(base, request, response, code, HttpStatus.getMessage(code));
    }
}
