package org.xuncha.app.platform

import android.app.Activity
import android.content.ActivityNotFoundException
import android.content.ClipData
import android.content.Intent
import android.os.Bundle
import android.provider.MediaStore
import java.io.File
import java.io.IOException

/** Takes a photo with the camera's own app: no permission, and no camera code of ours. */
class Camera(private val activity: Activity) {
    /** What the camera's app is at now. */
    var shot: Shot? = null
        private set

    /** Whether the camera was opened; if not, because this phone has none that may be used, or no room for a photo. */
    enum class Start { OPEN, NO_CAMERA, NO_ROOM }

    fun start(about: String, item: String?): Start {
        val taken = try {
            ShotProvider.newShot(activity, about, item)
        } catch (_: IOException) {
            return Start.NO_ROOM
        }
        val uri = ShotProvider.uriOf(taken)
        val intent = Intent(MediaStore.ACTION_IMAGE_CAPTURE).apply {
            putExtra(MediaStore.EXTRA_OUTPUT, uri)
            // Flags reach only what is in the clip.
            clipData = ClipData.newRawUri(null, uri)
            addFlags(Intent.FLAG_GRANT_WRITE_URI_PERMISSION or Intent.FLAG_GRANT_READ_URI_PERMISSION)
        }
        shot = taken
        return try {
            @Suppress("DEPRECATION")
            activity.startActivityForResult(intent, REQUEST)
            Start.OPEN
        } catch (_: ActivityNotFoundException) {
            noCamera(taken)
        } catch (_: SecurityException) {
            noCamera(taken)
        }
    }

    private fun noCamera(untaken: Shot): Start {
        shot = null
        untaken.file.delete()
        return Start.NO_CAMERA
    }

    /** What came back: the photo, or none if the user went back or, which [onEmpty] tells then, the camera wrote nothing. */
    fun take(request: Int, result: Int, onEmpty: () -> Unit, then: (Shot?) -> Unit) {
        if (request != REQUEST) return
        val given = shot
        shot = null
        val isWanted = result == Activity.RESULT_OK
        val taken = given?.takeIf { isWanted && it.file.length() > 0 }
        if (taken == null) given?.file?.delete()
        then(taken)
        if (isWanted && given != null && taken == null) onEmpty()
    }

    /** The process may die while the camera is open: phones with little memory do that often. */
    fun save(state: Bundle) = state.putString(SHOT, shot?.file?.path)

    fun restore(state: Bundle?) {
        shot = state?.getString(SHOT)?.let { Shot(File(it)) }
    }

    private companion object {
        const val REQUEST = 1
        const val SHOT = "shot"
    }
}
