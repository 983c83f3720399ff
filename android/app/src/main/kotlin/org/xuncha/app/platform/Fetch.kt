package org.xuncha.app.platform

import android.content.ContentResolver
import android.content.Context
import android.net.Uri
import android.os.Handler
import android.os.Looper
import org.xuncha.core.BookException
import org.xuncha.core.FieldErrorCode
import java.io.File
import java.io.IOException
import java.io.InputStream
import kotlin.concurrent.thread

/**
 * Copies what another app gives to where the core can read it: at most [most] bytes and one more, by which the core
 * knows that it is too long.
 *
 * That app may never answer. So it is asked on a thread of its own, which nothing of ours waits for, and given up once
 * nothing came for [PATIENCE_MS]. From then on that thread, which may stand there for ever, keeps no page of ours alive.
 */
class Fetch(
    private val context: Context,
    private val given: Uri,
    private val most: Long,
    @Volatile private var then: ((Result<File>) -> Unit)?,
) {
    private val main = Handler(Looper.getMainLooper())
    private val giveUp = Runnable { end(Result.failure(Silence())) }

    /**
     * Hands over the copy, or [Silence], or the core's error if it can't be read or there is no room for it; on the main
     * thread, once.
     */
    fun begin() {
        waitFor()
        thread(name = "fetch", isDaemon = true) {
            val copied = try {
                Result.success(copy())
            } catch (error: BookException) {
                Result.failure(error)
            }
            main.post { end(copied) }
        }
    }

    private fun waitFor() {
        main.removeCallbacks(giveUp)
        main.postDelayed(giveUp, PATIENCE_MS)
    }

    private fun end(copied: Result<File>) {
        main.removeCallbacks(giveUp)
        val told = then
        then = null
        // What comes too late is not kept.
        if (told == null) copied.getOrNull()?.delete() else told(copied)
    }

    private fun copy(): File {
        val copy = failing(FieldErrorCode.STORAGE_FULL) { File.createTempFile("answer", null, context.cacheDir) }
        try {
            failing(FieldErrorCode.FILE_UNREADABLE) {
                // A path of another app's making could lead to a file of ours.
                require(given.scheme == ContentResolver.SCHEME_CONTENT) { "not by a provider" }
                context.contentResolver.openInputStream(given)!!.use { source ->
                    failing(FieldErrorCode.STORAGE_FULL) { copy.outputStream() }.use { to -> pass(source, to::write) }
                }
            }
        } catch (error: BookException) {
            copy.delete()
            throw error
        }
        return copy
    }

    private fun pass(source: InputStream, write: (ByteArray, Int, Int) -> Unit) {
        val piece = ByteArray(PIECE)
        var left = most + 1
        while (left > 0 && then != null) {
            val read = source.read(piece, 0, minOf(left, PIECE.toLong()).toInt())
            if (read < 0) return
            failing(FieldErrorCode.STORAGE_FULL) { write(piece, 0, read) }
            left -= read
            waitFor()
        }
    }

    /** Another app's flaws come as any exception at all. */
    private fun <T> failing(code: FieldErrorCode, work: () -> T): T =
        try {
            work()
        } catch (error: IOException) {
            throw BookException.Failed(code, null, error.toString())
        } catch (error: RuntimeException) {
            throw BookException.Failed(code, null, error.toString())
        }

    /** The app gave nothing: its file may be a good one, so nobody has to copy it again. */
    class Silence : Exception("nothing came for $PATIENCE_MS ms")

    companion object {
        /** How long another app may be silent. */
        const val PATIENCE_MS = 30_000L
        private const val PIECE = 64 * 1024
    }
}
