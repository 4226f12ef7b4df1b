package io.privsep.demo.web;

import java.io.IOException;

import jakarta.servlet.ServletException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.mock.web.MockFilterChain;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link SameOriginFilter}.
 */
class SameOriginFilterTests {

	private final MockFilterChain chain = new MockFilterChain();

	private final MockHttpServletResponse response = new MockHttpServletResponse();

	@ParameterizedTest
	@ValueSource(strings = { "GET", "POST", "PUT" })
	void requestOfClientThatIsNoBrowserPasses(String method) throws Exception {
		filter(request(method, "localhost:8080"));
		assertPassed();
	}

	@ParameterizedTest
	@ValueSource(strings = { "localhost:8080", "localhost", "127.0.0.1:8080", "[::1]:8080" })
	void requestOfOwnPagePasses(String host) throws Exception {
		MockHttpServletRequest request = request("POST", host);
		request.addHeader("Sec-Fetch-Site", "same-origin");
		request.addHeader("Origin", "http://" + host);
		filter(request);
		assertPassed();
	}

	@ParameterizedTest
	@ValueSource(strings = { "cross-site", "same-site", "none", "" })
	void changeByOtherSiteIsRefused(String site) throws Exception {
		MockHttpServletRequest request = request("POST", "localhost:8080");
		request.addHeader("Sec-Fetch-Site", site);
		filter(request);
		assertRefused(403);
	}

	@ParameterizedTest
	@ValueSource(strings = { "https://example.com", "http://localhost:3000", "https://localhost:8080",
			"http://localhost", "http://localhost:8080.example.com", "null" })
	void changeByOtherOriginIsRefused(String origin) throws Exception {
		MockHttpServletRequest request = request("PUT", "localhost:8080");
		request.addHeader("Origin", origin);
		filter(request);
		assertRefused(403);
	}

	@ParameterizedTest
	@CsvSource({ "GET, demo.example.com:8080", "POST, demo.example.com:8080", "GET, localhost.example.com",
			"GET, 192.0.2.1:8080" })
	void requestToOtherHostIsRefused(String method, String host) throws Exception {
		filter(request(method, host));
		assertRefused(421);
	}

	@Test
	void lookFromOtherSitePassesAsItIsNotShownTheAnswer() throws Exception {
		MockHttpServletRequest request = request("GET", "localhost:8080");
		request.addHeader("Sec-Fetch-Site", "cross-site");
		filter(request);
		assertPassed();
		assertThat(this.response.getHeader("Cross-Origin-Resource-Policy")).isEqualTo("same-origin");
		assertThat(this.response.getHeader("Access-Control-Allow-Origin")).isNull();
	}

	private void filter(MockHttpServletRequest request) throws ServletException, IOException {
		new SameOriginFilter().doFilter(request, this.response, this.chain);
	}

	private void assertPassed() {
		assertThat(this.chain.getRequest()).isNotNull();
		assertThat(this.response.getStatus()).isEqualTo(200);
	}

	private void assertRefused(int status) {
		assertThat(this.chain.getRequest()).isNull();
		assertThat(this.response.getStatus()).isEqualTo(status);
	}

	private static MockHttpServletRequest request(String method, String host) {
		MockHttpServletRequest request = new MockHttpServletRequest(method, "/api/motd");
		request.addHeader("Host", host);
		request.setServerName(host.replaceFirst(":\\d+$", ""));
		return request;
	}

}
