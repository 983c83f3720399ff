package org.xuncha.app

import android.graphics.Bitmap
import android.graphics.BitmapFactory
import android.graphics.Canvas
import android.graphics.Color
import android.graphics.Paint
import android.view.View
import android.widget.TextView
import java.io.File
import kotlin.math.abs

/**
 * The pictures in android/screens, which every page must still look like. A few pixels may differ.
 *
 * Where [only] names some, no others are kept. With XUNCHA_RENEW_SCREENS=1 they are drawn anew: look at them before you commit them.
 */
class Golden(private val variant: String, private val only: Set<String>? = null) {
    private val kept = File("../screens")
    private val differing = File("target/screens")
    private val isRenewed = System.getenv("XUNCHA_RENEW_SCREENS") == "1"

    /** Compares; what is wrong is said in a line. */
    fun check(stage: Stage, name: String): List<String> {
        if (only != null && name !in only) return emptyList()
        val drawn = masked(stage)
        val file = File(kept, "$name-$variant.png")
        if (isRenewed) {
            write(drawn, file)
            return emptyList()
        }
        val wanted = if (file.exists()) BitmapFactory.decodeFile(file.path) else null
        val wrong = when {
            wanted == null -> "there is no ${file.name} yet"
            wanted.width != drawn.width || wanted.height != drawn.height ->
                "${file.name} is ${wanted.width} × ${wanted.height}, drawn was ${drawn.width} × ${drawn.height}"
            else -> share(wanted, drawn).takeIf { it > TOLERATED }?.let { "${file.name}: %.2f %% of the picture differs".format(it * 100) }
        } ?: return emptyList()
        write(drawn, File(differing, file.name))
        return listOf("$wrong; see target/screens, and renew with XUNCHA_RENEW_SCREENS=1 if it is meant")
    }

    /** The page with everything grey that is another each time: receipts, fingerprints, ports. */
    private fun masked(stage: Stage): Bitmap {
        val varying = stage.all().filter { it.isShown && varies(it) }
        return stage.longPicture { canvas ->
            varying.forEach { view ->
                val at = IntArray(2).also(view::getLocationInWindow)
                val (x, y) = at.map(Int::toFloat)
                canvas.drawRect(x, y, x + view.width, y + view.height, GREY)
            }
        }
    }

    private fun varies(view: View): Boolean {
        val words = listOfNotNull((view as? TextView)?.text, view.contentDescription).joinToString(" ")
        return VARYING.any { it.containsMatchIn(words) }
    }

    private fun share(wanted: Bitmap, drawn: Bitmap): Double {
        val one = IntArray(wanted.width * wanted.height)
        val other = IntArray(one.size)
        wanted.getPixels(one, 0, wanted.width, 0, 0, wanted.width, wanted.height)
        drawn.getPixels(other, 0, drawn.width, 0, 0, drawn.width, drawn.height)
        return one.indices.count { differs(one[it], other[it]) }.toDouble() / one.size
    }

    private fun differs(one: Int, other: Int): Boolean =
        maxOf(
            abs(Color.red(one) - Color.red(other)),
            abs(Color.green(one) - Color.green(other)),
            abs(Color.blue(one) - Color.blue(other)),
        ) >
            FAINT

    private fun write(bitmap: Bitmap, file: File) {
        file.parentFile!!.mkdirs()
        file.outputStream().use { bitmap.compress(Bitmap.CompressFormat.PNG, 100, it) }
    }

    private companion object {
        /** The share of pixels that may differ, and by how much a colour must to count as another. */
        const val TOLERATED = 0.003
        const val FAINT = 32
        val GREY = Paint().apply { color = Color.GRAY }
        val VARYING = listOf(
            Regex("\\d{4}-\\d{4}-\\d{2}"),
            Regex("[0-9a-f]{8} [0-9a-f]{8}"),
            Regex("127\\.0\\.0\\.1"),
            Regex("\\d (kB|MB|B)"),
        )
    }
}
