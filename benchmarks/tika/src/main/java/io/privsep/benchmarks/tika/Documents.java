package io.privsep.benchmarks.tika;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.PDPageContentStream;
import org.apache.pdfbox.pdmodel.font.PDType1Font;
import org.apache.pdfbox.pdmodel.font.Standard14Fonts.FontName;
import org.apache.poi.xwpf.usermodel.XWPFDocument;
import org.apache.poi.xwpf.usermodel.XWPFTable;

/**
 * Makes the documents, with the same words each time.
 */
final class Documents {

	private static final String[] SYLLABLES = { "ba", "der", "fi", "gol", "ka", "lem", "mu", "nor", "pi", "ras", "so",
			"tun" };

	private static final int LINES = 40;

	private static final int WORDS = 10;

	private final Random random = new Random(17);

	private Documents() {
	}

	static List<Document> all() throws IOException {
		Documents documents = new Documents();
		byte[] html = documents.html(20);
		byte[] docx = documents.docx(40);
		return List.of(new Document("PDF, 2 pages", documents.pdf(2)), new Document("PDF, 20 pages", documents.pdf(20)),
				new Document("DOCX, 40 paragraphs", docx), new Document("DOCX, 1,000 paragraphs", documents.docx(1000)),
				new Document("HTML, 20 paragraphs", html), new Document("HTML, 1,000 paragraphs", documents.html(1000)),
				new Document("XML, 200 elements", documents.xml(200)),
				new Document("ZIP with HTML, DOCX and a ZIP", documents.zip(html, docx)));
	}

	private String sentence() {
		StringBuilder sentence = new StringBuilder();
		for (int i = 0; i < WORDS; i++) {
			sentence.append((i > 0) ? " " : "");
			for (int syllables = 1 + this.random.nextInt(3); syllables > 0; syllables--) {
				sentence.append(SYLLABLES[this.random.nextInt(SYLLABLES.length)]);
			}
		}
		return sentence.append('.').toString();
	}

	private byte[] pdf(int pages) throws IOException {
		try (PDDocument document = new PDDocument()) {
			document.setDocumentId(17L);
			for (int i = 0; i < pages; i++) {
				PDPage page = new PDPage();
				document.addPage(page);
				try (PDPageContentStream content = new PDPageContentStream(document, page)) {
					content.setFont(new PDType1Font(FontName.HELVETICA), 11);
					content.beginText();
					content.setLeading(16);
					content.newLineAtOffset(50, 720);
					for (int line = 0; line < LINES; line++) {
						content.showText(sentence());
						content.newLine();
					}
					content.endText();
				}
			}
			ByteArrayOutputStream out = new ByteArrayOutputStream();
			document.save(out);
			return out.toByteArray();
		}
	}

	private byte[] docx(int paragraphs) throws IOException {
		try (XWPFDocument document = new XWPFDocument()) {
			for (int i = 0; i < paragraphs; i++) {
				document.createParagraph().createRun().setText(sentence());
			}
			XWPFTable table = document.createTable(10, 4);
			table.getRows().forEach((row) -> row.getTableCells().forEach((cell) -> cell.setText(sentence())));
			ByteArrayOutputStream out = new ByteArrayOutputStream();
			document.write(out);
			return out.toByteArray();
		}
	}

	private byte[] html(int paragraphs) {
		StringBuilder html = new StringBuilder(
				"<!DOCTYPE html>\n<html><head><title>Benchmark</title></head><body><h1>A heading</h1>\n");
		for (int i = 0; i < paragraphs; i++) {
			html.append("<p>")
				.append(sentence())
				.append(" <b>")
				.append(sentence())
				.append("</b> <a href=\"#p\">link</a></p>\n");
		}
		return html.append("</body></html>\n").toString().getBytes(StandardCharsets.UTF_8);
	}

	private byte[] xml(int elements) {
		StringBuilder xml = new StringBuilder("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<catalogue>\n");
		for (int i = 0; i < elements; i++) {
			xml.append("<entry number=\"").append(i).append("\">").append(sentence()).append("</entry>\n");
		}
		return xml.append("</catalogue>\n").toString().getBytes(StandardCharsets.UTF_8);
	}

	private byte[] zip(byte[] html, byte[] docx) throws IOException {
		return zip(List.of(new Document("page.html", html), new Document("letter.docx", docx), new Document("inner.zip",
				zip(List.of(new Document("page.html", html), new Document("data.xml", xml(20)))))));
	}

	private static byte[] zip(List<Document> entries) throws IOException {
		ByteArrayOutputStream out = new ByteArrayOutputStream();
		try (ZipOutputStream zip = new ZipOutputStream(out)) {
			for (Document each : entries) {
				ZipEntry entry = new ZipEntry(each.name());
				entry.setTime(0);
				zip.putNextEntry(entry);
				zip.write(each.bytes());
			}
		}
		return out.toByteArray();
	}

}
