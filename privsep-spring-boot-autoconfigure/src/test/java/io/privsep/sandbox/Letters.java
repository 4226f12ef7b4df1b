package io.privsep.sandbox;

import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;

import javax.imageio.ImageIO;

import org.apache.pdfbox.Loader;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.rendering.PDFRenderer;
import org.apache.poi.hssf.usermodel.HSSFWorkbook;
import org.apache.poi.ss.usermodel.Sheet;

import io.privsep.PrivsepFunction;

/**
 * A recipe of docs/sandbox.md.
 */
@PrivsepFunction("letters")
public class Letters {

	public byte[] preview(byte[] pdf) throws IOException {
		try (PDDocument document = Loader.loadPDF(pdf)) {
			return png(new PDFRenderer(document).renderImage(0));
		}
	}

	public byte[] spreadsheet(String text) throws IOException {
		try (HSSFWorkbook workbook = new HSSFWorkbook(); ByteArrayOutputStream out = new ByteArrayOutputStream()) {
			Sheet sheet = workbook.createSheet();
			sheet.createRow(0).createCell(0).setCellValue(text);
			sheet.autoSizeColumn(0);
			workbook.write(out);
			return out.toByteArray();
		}
	}

	public byte[] stamp(String text) throws IOException {
		BufferedImage image = new BufferedImage(200, 50, BufferedImage.TYPE_INT_RGB);
		Graphics2D graphics = image.createGraphics();
		graphics.setColor(Color.WHITE);
		graphics.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 24));
		graphics.drawString(text, 10, 35);
		graphics.dispose();
		return png(image);
	}

	private static byte[] png(BufferedImage image) throws IOException {
		ByteArrayOutputStream out = new ByteArrayOutputStream();
		ImageIO.write(image, "png", out);
		return out.toByteArray();
	}

}
