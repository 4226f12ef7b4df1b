package io.privsep.sandbox;

import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;

import javax.imageio.ImageIO;

import io.privsep.PrivsepFunction;

/**
 * A recipe of docs/sandbox.md.
 */
@PrivsepFunction("images")
public class Thumbnails {

	public byte[] scale(byte[] image, int width) throws IOException {
		BufferedImage original = ImageIO.read(new ByteArrayInputStream(image));
		if (original == null) {
			throw new IOException("no image of a known format");
		}
		int height = Math.max(1, original.getHeight() * width / original.getWidth());
		BufferedImage scaled = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
		Graphics2D graphics = scaled.createGraphics();
		graphics.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
		graphics.drawImage(original, 0, 0, width, height, null);
		graphics.dispose();
		ByteArrayOutputStream out = new ByteArrayOutputStream();
		ImageIO.write(scaled, "png", out);
		return out.toByteArray();
	}

}
