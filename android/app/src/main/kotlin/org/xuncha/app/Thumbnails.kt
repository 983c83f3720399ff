package org.xuncha.app

import android.graphics.Bitmap
import android.graphics.BitmapFactory
import android.os.Handler
import android.os.Looper
import android.util.LruCache
import org.xuncha.core.BookException
import org.xuncha.core.FieldBook
import java.util.concurrent.ExecutorService
import java.util.concurrent.Executors
import java.util.concurrent.RejectedExecutionException

/** Small pictures of photos on this phone, by their ids: each is opened and read once, away from the main thread. */
class Thumbnails(private val book: () -> FieldBook) : AutoCloseable {
    private val worker: ExecutorService = Executors.newSingleThreadExecutor { Thread(it, "pictures") }
    private val main = Handler(Looper.getMainLooper())
    private val kept = LruCache<String, Bitmap>(MOST)
    private var underWay = 0

    val isBusy: Boolean get() = underWay > 0

    /** Gives the picture to [show], at once if it was read before; to nobody if it can't be shown. */
    fun get(photo: String, show: (Bitmap) -> Unit) {
        kept.get(photo)?.let { return show(it) }
        underWay++
        try {
            worker.execute {
                val read = read(photo)
                main.post {
                    underWay--
                    if (read != null) {
                        kept.put(photo, read)
                        show(read)
                    }
                }
            }
        } catch (_: RejectedExecutionException) {
            underWay--
        }
    }

    /** A picture that cannot be shown is no reason to hide what stands around it. */
    private fun read(photo: String): Bitmap? =
        try {
            BitmapFactory.decodeFile(book().photo(photo), BitmapFactory.Options().apply { inSampleSize = SMALLER })
        } catch (_: BookException) {
            null
        }

    override fun close() {
        worker.shutdown()
        worker.awaitTermination(CLOSING_SECONDS, java.util.concurrent.TimeUnit.SECONDS)
    }

    private companion object {
        const val MOST = 24
        const val SMALLER = 4
        const val CLOSING_SECONDS = 20L
    }
}
