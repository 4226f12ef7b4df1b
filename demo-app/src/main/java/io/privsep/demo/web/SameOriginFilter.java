package io.privsep.demo.web;

import java.io.IOException;
import java.util.Set;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Keeps other sites, which the same browser shows, away from the demo, and the demo's
 * page away from other sites.
 */
@Component
class SameOriginFilter extends OncePerRequestFilter {

	private static final Set<String> HOSTS = Set.of("localhost", "127.0.0.1", "[::1]");

	private static final Set<String> SAFE_METHODS = Set.of("GET", "HEAD", "OPTIONS");

	private static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; "
			+ "connect-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

	@Override
	protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
			throws ServletException, IOException {
		response.setHeader("Content-Security-Policy", POLICY);
		response.setHeader("Cross-Origin-Resource-Policy", "same-origin");
		response.setHeader("Referrer-Policy", "no-referrer");
		response.setHeader("X-Content-Type-Options", "nosniff");
		// any name can be made to lead here (DNS rebinding); its site could read answers
		if (!HOSTS.contains(request.getServerName())) {
			refuse(response, HttpServletResponse.SC_MISDIRECTED_REQUEST, "The demo answers to 'localhost' alone");
		}
		else if (!SAFE_METHODS.contains(request.getMethod()) && isOfOtherSite(request)) {
			refuse(response, HttpServletResponse.SC_FORBIDDEN, "The demo does nothing for other sites");
		}
		else {
			chain.doFilter(request, response);
		}
	}

	// a browser sends at least one of these with what changes something; others send none
	private static boolean isOfOtherSite(HttpServletRequest request) {
		String site = request.getHeader("Sec-Fetch-Site");
		String origin = request.getHeader("Origin");
		return (site != null && !site.equals("same-origin"))
				|| (origin != null && !origin.equals(origin(request.getHeader("Host"))));
	}

	private static @Nullable String origin(@Nullable String host) {
		return (host != null) ? "http://" + host : null;
	}

	private static void refuse(HttpServletResponse response, int status, String message) throws IOException {
		response.setStatus(status);
		response.setContentType(MediaType.TEXT_PLAIN_VALUE);
		response.getWriter().write(message);
	}

}
