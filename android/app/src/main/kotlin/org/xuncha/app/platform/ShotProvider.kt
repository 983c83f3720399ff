package org.xuncha.app.platform

import android.content.ContentProvider
import android.content.ContentValues
import android.content.Context
import android.database.Cursor
import android.database.MatrixCursor
import android.net.Uri
import android.os.ParcelFileDescriptor
import android.provider.OpenableColumns
import java.io.File
import java.io.FileNotFoundException

/** Lets the camera, and nobody else, write a photo into a file of ours in the cache. */
class ShotProvider : ContentProvider() {
    override fun onCreate(): Boolean = true

    override fun openFile(uri: Uri, mode: String): ParcelFileDescriptor =
        ParcelFileDescriptor.open(shotOf(uri), ParcelFileDescriptor.parseMode(mode))

    override fun getType(uri: Uri): String = "image/jpeg"

    override fun query(
        uri: Uri,
        projection: Array<String>?,
        selection: String?,
        selectionArgs: Array<String>?,
        sortOrder: String?,
    ): Cursor {
        val file = shotOf(uri)
        val cursor = MatrixCursor(arrayOf(OpenableColumns.DISPLAY_NAME, OpenableColumns.SIZE))
        return cursor.apply { addRow(arrayOf(file.name, file.length())) }
    }

    override fun insert(uri: Uri, values: ContentValues?): Uri? = null

    override fun delete(uri: Uri, selection: String?, selectionArgs: Array<String>?): Int = 0

    override fun update(uri: Uri, values: ContentValues?, selection: String?, selectionArgs: Array<String>?): Int = 0

    /** Only files that [newShot] made: a name with a way out of the folder is none of them. */
    private fun shotOf(uri: Uri): File {
        val file = File(folder(context!!), uri.lastPathSegment.orEmpty())
        if (file.parentFile != folder(context!!) || !file.isFile) throw FileNotFoundException(uri.toString())
        return file
    }

    companion object {
        private const val AUTHORITY = "org.xuncha.app.shots"

        private fun folder(context: Context): File = File(context.cacheDir, "shots")

        /** A new empty file for the camera. What an earlier one left behind goes. */
        fun newShot(context: Context): File {
            val folder = folder(context)
            folder.deleteRecursively()
            folder.mkdirs()
            return File.createTempFile("shot", ".jpg", folder)
        }

        fun uriOf(shot: File): Uri = Uri.Builder().scheme("content").authority(AUTHORITY).appendPath(shot.name).build()
    }
}
