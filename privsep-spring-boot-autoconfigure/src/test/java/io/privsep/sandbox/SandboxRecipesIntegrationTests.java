package io.privsep.sandbox;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.zip.CRC32;

import javax.imageio.ImageIO;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.test.annotation.DirtiesContext;

import io.privsep.PrivsepConnectionLostException;
import io.privsep.autoconfigure.PrivsepAutoConfiguration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The recipes of docs/sandbox.md work, and the page has them as they are.
 */
@EnabledIf(value = "io.privsep.sandbox.Sandboxes#areAvailable", disabledReason = Sandboxes.MISSING)
@SpringBootTest(properties = { "privsep.mode=unprivileged", "privsep.contexts.images.capabilities=",
		"privsep.contexts.images.sandbox.enabled=true", "privsep.contexts.images.sandbox.max-memory=256MB",
		"privsep.contexts.images.jvm.max-heap=128MB", "privsep.contexts.invoices.capabilities=",
		"privsep.contexts.invoices.sandbox.enabled=true",
		// on a busy machine the next helper may start late, and a call last for long
		"privsep.contexts.images.call-timeout=2m", "privsep.contexts.invoices.call-timeout=2m",
		"privsep.contexts.images.queue-timeout=5m", "privsep.contexts.images.start-timeout=5m",
		"privsep.contexts.invoices.queue-timeout=5m", "privsep.contexts.invoices.start-timeout=5m" })
@Tag("full")
@DirtiesContext
class SandboxRecipesIntegrationTests {

	private static final Pattern SNIPPET = Pattern.compile("(?s)```java\n(.*?)```");

	@Autowired
	private Thumbnails thumbnails;

	@Autowired
	private Invoices invoices;

	@ParameterizedTest
	@ValueSource(strings = { "png", "jpg", "gif", "bmp" })
	void imagesAreScaled(String format) throws IOException {
		BufferedImage scaled = ImageIO.read(new ByteArrayInputStream(this.thumbnails.scale(image(format), 40)));
		assertThat(scaled.getWidth()).isEqualTo(40);
		assertThat(scaled.getHeight()).isEqualTo(20);
	}

	@Test
	void documentsAreParsed() throws IOException {
		assertThat(this.invoices.parse("<invoice number='7'>tea</invoice>".getBytes(StandardCharsets.UTF_8)))
			.isEqualTo(new Invoices.Invoice("7", "tea"));
	}

	// Garbage that the heap fills up with, again and again.
	@Test
	void manyDocumentsAreParsed() throws IOException {
		byte[] xml = ("<invoice number='7'>" + "<item>tea</item>".repeat(20_000) + "</invoice>")
			.getBytes(StandardCharsets.UTF_8);
		for (int i = 0; i < 60; i++) {
			assertThat(this.invoices.parse(xml).number()).isEqualTo("7");
		}
	}

	@Test
	void pictureThatIsTooLargeEndsTheHelperAlone() throws IOException {
		byte[] small = image("png");
		byte[] huge = small.clone();
		// width and height in the header, whose checksum follows
		ByteBuffer.wrap(huge).putInt(16, 20_000).putInt(20, 20_000);
		CRC32 crc = new CRC32();
		crc.update(huge, 12, 17);
		ByteBuffer.wrap(huge).putInt(29, (int) crc.getValue());
		assertThatExceptionOfType(PrivsepConnectionLostException.class)
			.isThrownBy(() -> this.thumbnails.scale(huge, 40));
		assertThat(this.thumbnails.scale(small, 40)).isNotEmpty();
	}

	@Test
	void entitiesFindNothingToRead() throws IOException {
		Path secret = Files.createTempFile("privsep-", ".txt");
		try {
			Files.writeString(secret, "a secret");
			String xml = "<!DOCTYPE invoice [<!ENTITY x SYSTEM '" + secret.toUri() + "'>]><invoice>&x;</invoice>";
			byte[] bytes = xml.getBytes(StandardCharsets.UTF_8);
			// the parser itself has no objection
			assertThat(new Invoices().parse(bytes).text()).isEqualTo("a secret");
			assertThatExceptionOfType(IOException.class).isThrownBy(() -> this.invoices.parse(bytes))
				.withMessageContaining("No such file or directory");
		}
		finally {
			Files.delete(secret);
		}
	}

	@Test
	void snippetsOfThePageAreTheRecipes() throws IOException {
		String source = "";
		for (String name : List.of("Thumbnails", "Invoices", "Letters")) {
			source += Files.readString(Path.of("src/test/java/io/privsep/sandbox", name + ".java"));
		}
		source += Files
			.readString(Path.of("../benchmarks/tika/src/main/java/io/privsep/benchmarks/tika/TikaFunctions.java"));
		List<String> snippets = SNIPPET.matcher(Files.readString(Path.of("../docs/sandbox.md")))
			.results()
			.map((MatchResult result) -> result.group(1).replace("    ", "\t").strip())
			.toList();
		assertThat(snippets).isNotEmpty();
		for (String snippet : snippets) {
			assertThat(source).contains(snippet);
		}
	}

	private static byte[] image(String format) throws IOException {
		ByteArrayOutputStream image = new ByteArrayOutputStream();
		assertThat(ImageIO.write(new BufferedImage(400, 200, BufferedImage.TYPE_INT_RGB), format, image)).isTrue();
		return image.toByteArray();
	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration(PrivsepAutoConfiguration.class)
	@Import({ Thumbnails.class, Invoices.class })
	static class Application {

	}

}
