package io.privsep.demo.web;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.webmvc.test.autoconfigure.AutoConfigureMockMvc;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.test.web.servlet.assertj.MvcTestResult;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link MotdController}.
 */
@SpringBootTest(properties = "privsep.mode=in-process")
@AutoConfigureMockMvc
final class MotdControllerTests {

	@TempDir
	private static Path directory;

	private final MockMvcTester mvc;

	MotdControllerTests(@Autowired MockMvcTester mvc) {
		this.mvc = mvc;
	}

	@DynamicPropertySource
	static void file(DynamicPropertyRegistry registry) {
		registry.add("privsep.contexts.motd.settings.file", () -> file().toString());
	}

	@BeforeEach
	void writeFile() throws IOException {
		Files.writeString(file(), "before");
	}

	@Test
	void readReturnsContentOfFile() {
		assertThat(this.mvc.get().uri("/api/motd")).hasStatusOk()
			.hasContentTypeCompatibleWith(MediaType.TEXT_PLAIN)
			.hasBodyTextEqualTo("before");
	}

	@Test
	void readWhenFileIsMissingIsNotFound() throws IOException {
		Files.delete(file());
		assertThat(this.mvc.get().uri("/api/motd")).hasStatus(HttpStatus.NOT_FOUND)
			.hasContentType(MediaType.APPLICATION_PROBLEM_JSON);
	}

	@Test
	void updateReplacesContentOfFile() {
		assertThat(put("Grüße")).hasStatus(HttpStatus.NO_CONTENT);
		assertThat(file()).hasContent("Grüße");
	}

	@Test
	void updateWhenMessageIsOfMaximumLengthWritesIt() {
		assertThat(put("x".repeat(4096))).hasStatus(HttpStatus.NO_CONTENT);
		assertThat(file()).hasContent("x".repeat(4096));
	}

	@Test
	void updateWhenMessageIsTooLongIsRejectedAndFileStays() {
		assertRejected(put("x".repeat(4097)), "The text must not be longer than 4096 characters");
	}

	@Test
	void updateWhenMessageIsBlankIsRejectedAndFileStays() {
		assertRejected(put(" \n\t"), "The text must not be blank");
	}

	@Test
	void updateWhenMessageIsMissingIsRejectedAndFileStays() {
		assertRejected(put(""), "The text must not be blank");
	}

	@Test
	void updateWhenNotTextIsUnsupportedAndFileStays() {
		assertThat(this.mvc.put().uri("/api/motd").contentType(MediaType.APPLICATION_JSON).content("{}"))
			.hasStatus(HttpStatus.UNSUPPORTED_MEDIA_TYPE);
		assertThat(file()).hasContent("before");
	}

	private static Path file() {
		return directory.resolve("motd");
	}

	private MvcTestResult put(String message) {
		return this.mvc.put().uri("/api/motd").contentType(MediaType.TEXT_PLAIN).content(message).exchange();
	}

	private static void assertRejected(MvcTestResult result, String detail) {
		assertThat(result).hasStatus(HttpStatus.BAD_REQUEST).hasContentType(MediaType.APPLICATION_PROBLEM_JSON);
		assertThat(result).bodyJson().extractingPath("$.detail").isEqualTo(detail);
		assertThat(file()).hasContent("before");
	}

}
