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
 * The pictures in android/screens, which every page must still look like. A few pixels may differ, of the whole and of
 * each small square of it: another character in a long page is few pixels, and all in one place.
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
            else -> difference(wanted, drawn)?.let { "${file.name}: $it" }
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

    private fun write(bitmap: Bitmap, file: File) {
        file.parentFile!!.mkdirs()
        file.outputStream().use { bitmap.compress(Bitmap.CompressFormat.PNG, 100, it) }
    }

    companion object {
        /** The share of pixels that may differ, and by how much a colour must to count as another. */
        private const val TOLERATED = 0.003
        private const val FAINT = 32

        /** The same for each square of so many pixels a side. */
        private const val TOLERATED_IN_TILE = 0.02
        private const val TILE = 48

        /** What differs in two pictures of the same size, if it is more than a few pixels. */
        fun difference(wanted: Bitmap, drawn: Bitmap): String? {
            val width = wanted.width
            val one = pixels(wanted)
            val other = pixels(drawn)
            val different = one.indices.filter { differs(one[it], other[it]) }
            val share = different.size.toDouble() / one.size
            val (worst, most) = different.groupingBy { (it % width / TILE) to (it / width / TILE) }.eachCount()
                .maxByOrNull { it.value } ?: return null
            val inTile = most.toDouble() / (TILE * TILE)
            return when {
                share > TOLERATED -> "%.2f %% of the picture differs".format(share * 100)
                inTile > TOLERATED_IN_TILE ->
                    "%.0f %% differs around %d, %d".format(inTile * 100, worst.first * TILE, worst.second * TILE)
                else -> null
            }
        }

        private fun pixels(picture: Bitmap): IntArray =
            IntArray(picture.width * picture.height).also { picture.getPixels(it, 0, picture.width, 0, 0, picture.width, picture.height) }

        private fun differs(one: Int, other: Int): Boolean {
            if (one == other) return false
            val red = abs(Color.red(one) - Color.red(other))
            val green = abs(Color.green(one) - Color.green(other))
            return maxOf(red, green, abs(Color.blue(one) - Color.blue(other))) > FAINT
        }

        private val GREY = Paint().apply { color = Color.GRAY }
        private val VARYING = listOf(
            Regex("\\d{4}-\\d{4}-\\d{2}"),
            Regex("[0-9a-f]{8} [0-9a-f]{8}"),
            Regex("127\\.0\\.0\\.1"),
            Regex("\\d (kB|MB|B)"),
        )
    }
}
