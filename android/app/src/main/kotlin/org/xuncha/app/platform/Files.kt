package org.xuncha.app.platform

import android.app.Activity
import android.content.ActivityNotFoundException
import android.content.ClipData
import android.content.ContentResolver
import android.content.Context
import android.content.Intent
import android.net.Uri
import org.xuncha.core.BookException
import org.xuncha.core.FieldErrorCode
import java.io.File
import java.io.IOException
import java.io.InputStream

/** Gives a file to another app and takes one from the phone's own choice of files: no permission for either. */
class Files(private val activity: Activity) {
    /** Offers the apps that take a file; false if this phone has none. */
    fun send(file: File): Boolean {
        val uri = HandOverProvider.uriOf(file)
        val send = Intent(Intent.ACTION_SEND).setType(HandOverProvider.TYPE).putExtra(Intent.EXTRA_STREAM, uri).apply {
            // Flags reach only what is in the clip.
            clipData = ClipData.newRawUri(null, uri)
            addFlags(Intent.FLAG_GRANT_READ_URI_PERMISSION)
        }
        return try {
            activity.startActivity(Intent.createChooser(send, null))
            true
        } catch (_: ActivityNotFoundException) {
            false
        }
    }

    /** Opens the choice of files; false if this phone has none. */
    fun choose(): Boolean {
        val choice = Intent(Intent.ACTION_OPEN_DOCUMENT).addCategory(Intent.CATEGORY_OPENABLE).setType("*/*")
        return try {
            @Suppress("DEPRECATION")
            activity.startActivityForResult(choice, REQUEST)
            true
        } catch (_: ActivityNotFoundException) {
            false
        }
    }

    /** What came back: what was chosen, or none if the user went back. */
    fun take(request: Int, result: Int, data: Intent?, then: (Uri?) -> Unit) {
        if (request == REQUEST) then(data?.data?.takeIf { result == Activity.RESULT_OK })
    }

    companion object {
        private const val REQUEST = 3
        private const val PIECE = 64 * 1024

        /**
         * What was chosen, copied to where the core can read it: at most [most] bytes and one more, by which the core
         * knows that it is too long. Throws the core's error if it can't be read, or if there is no room for it.
         */
        fun copy(context: Context, chosen: Uri, most: Long): File {
            val copy = failing(FieldErrorCode.STORAGE_FULL) { File.createTempFile("answer", null, context.cacheDir) }
            try {
                failing(FieldErrorCode.FILE_UNREADABLE) {
                    // A path of another app's making could lead to a file of ours.
                    require(chosen.scheme == ContentResolver.SCHEME_CONTENT) { "not by a provider" }
                    context.contentResolver.openInputStream(chosen)!!.use { source ->
                        failing(FieldErrorCode.STORAGE_FULL) { copy.outputStream() }.use { to -> pass(source, most + 1, to::write) }
                    }
                }
            } catch (error: BookException) {
                copy.delete()
                throw error
            }
            return copy
        }

        private fun pass(source: InputStream, most: Long, write: (ByteArray, Int, Int) -> Unit) {
            val piece = ByteArray(PIECE)
            var left = most
            while (left > 0) {
                val read = source.read(piece, 0, minOf(left, PIECE.toLong()).toInt())
                if (read < 0) return
                failing(FieldErrorCode.STORAGE_FULL) { write(piece, 0, read) }
                left -= read
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
    }
}
