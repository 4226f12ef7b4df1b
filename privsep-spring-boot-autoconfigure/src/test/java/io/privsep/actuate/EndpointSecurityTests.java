package io.privsep.actuate;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

import jakarta.servlet.Filter;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.security.autoconfigure.actuate.web.servlet.EndpointRequest;
import org.springframework.boot.test.context.assertj.AssertableWebApplicationContext;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpHeaders;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.test.web.servlet.MockMvc;
import org.springframework.test.web.servlet.request.MockHttpServletRequestBuilder;
import org.springframework.test.web.servlet.request.MockMvcRequestBuilders;
import org.springframework.test.web.servlet.setup.MockMvcBuilders;

import io.privsep.sample.Sample;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Who sees what over HTTP, where Spring Security is.
 */
class EndpointSecurityTests {

	private static final String SETTING = "a-setting-of-functions";

	/** Endpoints of Spring Boot that know what functions are configured with. */
	private static final List<String> VALUES = List.of("/actuator/configprops", "/actuator/env");

	private final WebApplicationContextRunner runner = new WebApplicationContextRunner()
		.withUserConfiguration(Application.class)
		.withPropertyValues("privsep.mode=in-process", "privsep.contexts.sample.settings.name=" + SETTING,
				"privsep.contexts.sample.settings.sizes=1",
				"management.endpoints.web.exposure.include=health,privsep,configprops,env");

	private final WebApplicationContextRunner withRoles = this.runner.withUserConfiguration(Rules.class)
		.withPropertyValues("management.endpoint.health.show-details=when-authorized",
				"management.endpoint.health.roles=ACTUATOR",
				"management.endpoint.configprops.show-values=when-authorized",
				"management.endpoint.configprops.roles=ACTUATOR", "management.endpoint.env.show-values=when-authorized",
				"management.endpoint.env.roles=ACTUATOR");

	@Test
	void withoutRulesOfTheApplicationEndpointsNeedALoginAndHealthHasNoDetails() {
		this.runner.run((context) -> {
			for (Caller caller : Caller.values()) {
				int status = (caller == Caller.ANONYMOUS) ? 401 : 200;
				assertThat(caller.get(context, "/actuator/privsep").getStatus()).isEqualTo(status);
				assertThat(caller.get(context, "/actuator/privsep/sample").getStatus()).isEqualTo(status);
				for (String path : VALUES) {
					assertThat(caller.get(context, path).getStatus()).isEqualTo(status);
					assertThat(caller.get(context, path).getContentAsString()).doesNotContain(SETTING);
				}
				assertHealthHasNoDetails(caller, context);
			}
		});
	}

	@Test
	void anonymousCallerSeesNoContextNoDetailsAndNoSettings() {
		this.withRoles.run((context) -> {
			for (String path : new String[] { "privsep", "privsep/sample", "privsep/nothing", "configprops", "env" }) {
				MockHttpServletResponse response = Caller.ANONYMOUS.get(context, "/actuator/" + path);
				assertThat(response.getStatus()).as(path).isEqualTo(401);
				assertThat(response.getContentAsString()).isEmpty();
			}
			assertHealthHasNoDetails(Caller.ANONYMOUS, context);
		});
	}

	@Test
	void callerWithoutTheRoleSeesNoContextNoDetailsAndNoValues() {
		this.withRoles.run((context) -> {
			for (String path : new String[] { "privsep", "privsep/sample", "privsep/nothing" }) {
				assertThat(Caller.USER.get(context, "/actuator/" + path).getStatus()).as(path).isEqualTo(403);
			}
			assertHealthHasNoDetails(Caller.USER, context);
			for (String path : VALUES) {
				assertThat(Caller.USER.get(context, path).getContentAsString()).as(path)
					.contains("privsep", "******")
					.doesNotContain(SETTING);
			}
		});
	}

	@Test
	void callerWithTheRoleSeesContextsDetailsAndValues() {
		this.withRoles.run((context) -> {
			assertThat(Caller.ACTUATOR.get(context, "/actuator/privsep").getContentAsString())
				.contains("\"sample\"", "Sample.echo")
				.doesNotContain(SETTING);
			assertThat(Caller.ACTUATOR.get(context, "/actuator/privsep/sample").getContentAsString())
				.contains("Sample.echo");
			assertThat(Caller.ACTUATOR.get(context, "/actuator/privsep/nothing").getStatus()).isEqualTo(404);
			String pid = "\"pid\":" + ProcessHandle.current().pid();
			assertThat(Caller.ACTUATOR.get(context, "/actuator/health").getContentAsString()).contains(pid);
			assertThat(Caller.ACTUATOR.get(context, "/actuator/health/privsep/sample").getContentAsString())
				.contains(pid);
			for (String path : VALUES) {
				assertThat(Caller.ACTUATOR.get(context, path).getContentAsString()).as(path).contains(SETTING);
			}
		});
	}

	private static void assertHealthHasNoDetails(Caller caller, AssertableWebApplicationContext context)
			throws Exception {
		assertThat(caller.get(context, "/actuator/health").getContentAsString()).contains("\"status\":")
			.doesNotContain("components", "details", "pid", "sample");
		for (String path : new String[] { "privsep", "privsep/sample" }) {
			MockHttpServletResponse response = caller.get(context, "/actuator/health/" + path);
			assertThat(response.getStatus()).as(path).isEqualTo(404);
			assertThat(response.getContentAsString()).isEmpty();
		}
	}

	/** Who asks. */
	enum Caller {

		ANONYMOUS, USER, ACTUATOR;

		MockHttpServletResponse get(AssertableWebApplicationContext context, String path) throws Exception {
			MockMvc mvc = MockMvcBuilders.webAppContextSetup(context.getSourceApplicationContext())
				.addFilters(context.getBean("springSecurityFilterChain", Filter.class))
				.build();
			MockHttpServletRequestBuilder request = MockMvcRequestBuilders.get(path);
			if (this != ANONYMOUS) {
				String user = Base64.getEncoder().encodeToString((name() + ":x").getBytes(StandardCharsets.UTF_8));
				request.header(HttpHeaders.AUTHORIZATION, "Basic " + user);
			}
			return mvc.perform(request).andReturn().getResponse();
		}

	}

	/** An application as its author would write it. */
	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

		@Bean
		Sample sample() {
			throw new IllegalStateException("The class is made by its constructor");
		}

		@Bean
		UserDetailsService users() {
			return (name) -> User.withUsername(name).password("{noop}x").roles(name).build();
		}

	}

	/** As the documentation has them. */
	@Configuration(proxyBeanMethods = false)
	static class Rules {

		@Bean
		SecurityFilterChain actuator(HttpSecurity http) throws Exception {
			return http.securityMatcher(EndpointRequest.toAnyEndpoint())
				.authorizeHttpRequests((requests) -> requests.requestMatchers(EndpointRequest.to("health"))
					.permitAll()
					.requestMatchers(EndpointRequest.to("privsep"))
					.hasRole("ACTUATOR")
					.anyRequest()
					.authenticated())
				.httpBasic(Customizer.withDefaults())
				.build();
		}

	}

}
