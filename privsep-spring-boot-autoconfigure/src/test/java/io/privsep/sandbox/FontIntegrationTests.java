package io.privsep.sandbox;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.concurrent.Callable;

import javax.imageio.ImageIO;

import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.PDPageContentStream;
import org.apache.pdfbox.pdmodel.font.PDType1Font;
import org.apache.pdfbox.pdmodel.font.Standard14Fonts.FontName;
import org.apache.poi.hssf.usermodel.HSSFWorkbook;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.test.annotation.DirtiesContext;

import io.privsep.PrivsepFunction;
import io.privsep.autoconfigure.PrivsepAutoConfiguration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Libraries that draw or measure text find fonts in a sandbox where it has them, and
 * nothing else of the system.
 */
@EnabledIf(value = "io.privsep.sandbox.Sandboxes#areAvailable", disabledReason = Sandboxes.MISSING)
@SpringBootTest(properties = { "privsep.mode=unprivileged", "privsep.contexts.letters.capabilities=",
		"privsep.contexts.letters.sandbox.enabled=true", "privsep.contexts.letters.sandbox.fonts=true",
		"privsep.contexts.letters.sandbox.max-memory=256MB", "privsep.contexts.letters.jvm.max-heap=128MB",
		"privsep.contexts.bare.capabilities=", "privsep.contexts.bare.sandbox.enabled=true",
		"privsep.contexts.bare.sandbox.max-memory=256MB", "privsep.contexts.bare.jvm.max-heap=128MB",
		// on a busy machine a helper may start late, and draw for long
		"privsep.contexts.letters.call-timeout=2m", "privsep.contexts.letters.queue-timeout=5m",
		"privsep.contexts.letters.start-timeout=5m", "privsep.contexts.bare.call-timeout=2m",
		"privsep.contexts.bare.queue-timeout=5m", "privsep.contexts.bare.start-timeout=5m" })
@Tag("full")
@DirtiesContext
class FontIntegrationTests {

	@Autowired
	private Letters letters;

	@Autowired
	private WithoutFonts withoutFonts;

	@Test
	void pdfBoxRendersAPage() throws IOException {
		assertThat(inkOf(this.letters.preview(pdf("Hello")))).isGreaterThan(inkOf(this.letters.preview(pdf("."))));
	}

	@Test
	void poiSizesColumns() throws IOException {
		int narrow = columnWidth(this.letters.spreadsheet("i"));
		int wide = columnWidth(this.letters.spreadsheet("a cell with a long text in it"));
		assertThat(wide).isGreaterThan(5 * narrow);
	}

	@Test
	void imageIoDrawsAText() throws IOException {
		assertThat(inkOf(this.letters.stamp(""))).isZero();
		assertThat(inkOf(this.letters.stamp("HELLO"))).isGreaterThan(100);
	}

	// So that the property is what makes the difference.
	@Test
	void thereIsNoTextWithoutThem() {
		Callable<byte[]> stamp = () -> this.withoutFonts.stamp("HELLO");
		assertThatThrownBy(stamp::call)
			.satisfies((ex) -> assertThat(ex.getSuppressed()).anySatisfy((hint) -> assertThat(hint)
				.hasMessage("The sandbox has no fonts; set 'privsep.contexts.bare.sandbox.fonts=true'")));
	}

	private static byte[] pdf(String text) throws IOException {
		try (PDDocument document = new PDDocument(); ByteArrayOutputStream out = new ByteArrayOutputStream()) {
			PDPage page = new PDPage();
			document.addPage(page);
			try (PDPageContentStream content = new PDPageContentStream(document, page)) {
				content.beginText();
				content.setFont(new PDType1Font(FontName.HELVETICA), 48);
				content.newLineAtOffset(50, 500);
				content.showText(text);
				content.endText();
			}
			document.save(out);
			return out.toByteArray();
		}
	}

	private static int columnWidth(byte[] spreadsheet) throws IOException {
		try (HSSFWorkbook workbook = new HSSFWorkbook(new ByteArrayInputStream(spreadsheet))) {
			return workbook.getSheetAt(0).getColumnWidth(0);
		}
	}

	// Pixels that differ from the first one.
	private static int inkOf(byte[] png) throws IOException {
		BufferedImage image = ImageIO.read(new ByteArrayInputStream(png));
		int background = image.getRGB(0, 0);
		int ink = 0;
		for (int x = 0; x < image.getWidth(); x++) {
			for (int y = 0; y < image.getHeight(); y++) {
				ink += (image.getRGB(x, y) != background) ? 1 : 0;
			}
		}
		return ink;
	}

	/** The same in a sandbox that has none. */
	@PrivsepFunction("bare")
	static class WithoutFonts {

		public byte[] stamp(String text) throws IOException {
			return new Letters().stamp(text);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration(PrivsepAutoConfiguration.class)
	@Import({ Letters.class, WithoutFonts.class })
	static class Application {

	}

}
